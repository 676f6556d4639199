"""ASTM E112 grain size of a forecast's start and of its last frame, with a picture of what was counted."""

from pathlib import Path

from graincast.material.grain_size import one_picture, overlay
from graincast.material.grain_size.one_picture import FEWEST_PIXELS, GrainSize
from graincast.material.microstructure import Microstructure


def counted(start: Microstructure, last: Microstructure) -> dict[str, GrainSize]:
    """Of both by their names; of none without a scale, or in a field that is too small to lay lines in."""
    if start.step is None or min(*start.labels.shape, *last.labels.shape) < FEWEST_PIXELS:
        return {}
    return {name: one_picture.measured(one) for name, one in (("start", start), ("last_frame", last))}


def write(folder: Path, sizes: dict[str, GrainSize], start: Microstructure, last: Microstructure) -> None:
    """Write grain_size_start.png and grain_size_last_frame.png."""
    for name, structure in (("start", start), ("last_frame", last)):
        if name in sizes:
            overlay.write(folder / f"grain_size_{name}.png", structure.labels, sizes[name])
