"""Labels that a person has corrected, read back: they are what counts then."""

from pathlib import Path

import numpy as np

from graincast.base.errors import GraincastError
from graincast.material import opened
from graincast.material.microstructure import Microstructure
from graincast.segmentation.segmenting.micrograph import Micrograph


def read(path: Path, micrograph: Micrograph, picture: Path) -> Microstructure:
    """The grains of a label image of a micrograph's field."""
    structure = opened.opened(path, micrograph.step, "labels").structure
    shape = micrograph.seen.shape[:2]
    if structure.labels.shape != shape:
        raise GraincastError(
            f"{path}: has {structure.labels.shape[0]} x {structure.labels.shape[1]} pixels, expected the {shape[0]} x "
            f"{shape[1]} of the field of {picture}"
        )
    return Microstructure(np.asarray(structure.labels, np.int32), micrograph.step)
