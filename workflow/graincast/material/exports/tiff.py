"""Grain numbers as a TIFF that ImageJ opens with its scale: a pixel's value is its grain, counted from 1.

ImageJ has no 32-bit whole numbers: they are of 16 bits where that is enough, and else of the 32-bit floating point that
counts exactly up to 2^24. Volumes are stacks in the order ZYX. The first row is at the top, as in every picture, which
is the largest y; the statement is in the image's information. (https://imagej.net/ij)
"""

from pathlib import Path

import numpy as np
import tifffile

from graincast.base.errors import GraincastError
from graincast.base.storage import written
from graincast.material.exports import conventions
from graincast.material.microstructure import Microstructure

MOST_GRAINS = 1 << 24


def write(path: Path, structure: Microstructure) -> list[Path]:
    """Write the grains to `path`; without a step there is no scale."""
    conventions.check(structure, path)
    labels, step = structure.labels, structure.step
    if structure.grains > MOST_GRAINS:
        raise GraincastError(f"{path}: cannot hold {structure.grains} grains, expected {MOST_GRAINS} at most")
    kind = np.uint16 if structure.grains <= np.iinfo(np.uint16).max else np.float32
    said = {
        "axes": "ZYX"[-labels.ndim :],
        "Info": "\n".join(conventions.STATEMENT),
        "min": 0.0,  # what ImageJ shows as black and, below, as white
        "max": float(structure.grains),
    }
    if step is not None:
        said |= {"unit": "um"} | ({"spacing": step} if labels.ndim == 3 else {})
    with written(path) as partial:
        tifffile.imwrite(
            partial,
            (labels + 1).astype(kind),
            imagej=True,
            compression="zlib",
            resolution=None if step is None else (1 / step, 1 / step),
            metadata=said,
        )
    return [path]
