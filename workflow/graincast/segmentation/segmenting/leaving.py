"""What `segment` leaves of one picture: labels, boundaries, an overlay, a table, histograms, and the record of it."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray

from graincast.base.storage import write_text, written
from graincast.material import measuring
from graincast.material.grain_size.one_picture import GrainSize
from graincast.material.microstructure import Microstructure
from graincast.report import style
from graincast.segmentation.data.known_pictures import lines
from graincast.segmentation.figures import found_boundaries, size_histograms

RECORD = "segmented.json"
FULL = 255


def write(
    folder: Path,
    seen: NDArray[np.float32],
    structure: Microstructure,
    exports: tuple[str, ...],
    certainty: NDArray[np.float64] | None = None,
    chance: NDArray[np.float32] | None = None,
) -> list[GrainSize]:
    """Write all of one picture; its grain size, if it has a scale. A person's labels have no certainty."""
    more = {} if certainty is None else {"certainty": certainty[np.unique(structure.labels)]}
    size = measuring.written(folder, structure, exports, more)
    line = lines(structure.labels)
    _write_tiff(folder / "boundaries.tif", np.where(line, FULL, 0).astype(np.uint8))
    if chance is not None:
        _write_tiff(folder / "chance_of_boundary.tif", np.round(FULL * np.clip(chance, 0, 1)).astype(np.uint8))
    found_boundaries.write(folder / "overlay.png", seen, structure.labels, chance)
    style.save(size_histograms.figure(structure), folder / "histograms.png")
    return size


def _write_tiff(path: Path, image: NDArray[np.uint8]) -> None:
    with written(path) as partial:
        tifffile.imwrite(partial, image, compression="zlib")


def key(picture: Path, options: Mapping[str, Any], by: Path) -> str:
    """What decides what is left of a picture: its bytes, what was asked, and the segmenter or labels that made it."""
    total = hashlib.sha256(json.dumps(dict(options), sort_keys=True, default=str).encode())
    for path in (picture, by):
        with open(path, "rb") as stream:
            total.update(hashlib.file_digest(stream, "sha256").digest())
    return total.hexdigest()


def record(folder: Path, told: Mapping[str, Any]) -> None:
    """Write the record, last: what has one is whole."""
    write_text(folder / RECORD, json.dumps(dict(told), indent=1) + "\n")


def recorded(folder: Path, wanted: str) -> dict[str, Any] | None:
    """The record of a folder, if it is of this key."""
    try:
        found: dict[str, Any] = json.loads((folder / RECORD).read_text())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and found.get("key") == wanted else None
