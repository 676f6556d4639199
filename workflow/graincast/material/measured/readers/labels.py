"""A label image or a ready grain map (PNG, TIFF, NPY): all pixels of a grain have one value, or one colour.

Thin lines between them, as Cellpose and ImageJ leave them at 0, are filled."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graincast.base import pictures
from graincast.base.errors import GraincastError
from graincast.material.measured.readers import limits
from graincast.material.measured.scan import GrainMap

FEWEST_PIXELS = 4  # of a value, on average


def read(path: Path, step: float | None) -> GrainMap:
    return numbered(str(path), pictures.read(path), step)


def numbered(where: str, stored: NDArray, step: float | None) -> GrainMap:
    """Values or colours of pixels as labels from 0 on; without a step, the map has none."""
    from graincast.material.specimens import drawn_labels  # numba: maps of orientations are read without

    limits.check_grid(where, "size", *stored.shape[:2])
    codes = drawn_labels.colour_codes(stored)
    values, labels = np.unique(codes, return_inverse=True)
    if len(values) < 2:
        raise GraincastError(f"{where}, labels: one single value, expected two grains or more")
    check_sizes(where, len(values), "values", labels.size)
    labels = labels.reshape(codes.shape)
    lines = drawn_labels.drawn_lines(labels)
    if lines is None:
        return GrainMap(labels.astype(np.int32), step, ())
    pieces = drawn_labels.pieces_between(labels, lines, periodic=False)
    return GrainMap(pieces.labels, step, (f"{pieces.sentence().capitalize()}.",))


def check_sizes(where: str, count: int, things: str, pixels: int) -> None:
    """An error for so many values, or regions, that they cannot be grains."""
    if count * FEWEST_PIXELS > pixels:
        raise GraincastError(
            f"{where}, labels: {count} {things} in {pixels} pixels, expected one value for all pixels of a grain: "
            "is it a photograph, or saved with JPEG or smoothed edges?"
        )
