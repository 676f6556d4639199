"""A user's micrograph as models see it: greys or colours in 0..1, without its data bar, with the size of a pixel."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graincast.base import pictures
from graincast.base.errors import GraincastError
from graincast.material.specimens import data_bar, scale

FEWEST_SIDE = 32  # pixels
OUTLIERS = 0.1  # percent of the pixels at either end that may be beyond black or white
FEWEST_SHADES = 3


@dataclass(frozen=True)
class Micrograph:
    seen: NDArray[np.float32]  # [rows, columns] or [rows, columns, 3], 0..1
    step: float | None  # micrometres a pixel
    said: tuple[str, ...]  # what was found and decided, a sentence each
    rows: slice  # of the file's picture


def read(path: Path, pixel_um: float | None) -> Micrograph:
    """From a picture file; 16-bit greys and numbers are stretched from their darkest to their brightest."""
    if pixel_um is not None:
        scale.checked(pixel_um)
    stored = pictures.read(path)
    lengths = scale.of(path, pixel_um)
    bar = data_bar.cut(stored)
    field = stored[bar.rows]
    if min(field.shape[:2]) < FEWEST_SIDE:
        raise GraincastError(
            f"{path}: its field has {field.shape[0]} x {field.shape[1]} pixels, expected {FEWEST_SIDE} or more a side"
        )
    shades = len(np.unique(field.reshape(-1, *field.shape[2:])[: 1 << 20]))
    if shades < FEWEST_SHADES:
        raise GraincastError(
            f"{path}: has {shades} shades: a drawing and no micrograph; `measure` counts the grains of drawings"
        )
    said = [lengths.source, *filter(None, (bar.said, bar.doubt and f"WARNING: it {bar.doubt}"))]
    step = lengths.per_pixel if lengths.unit == "um" else None
    return Micrograph(_within(field), step, tuple(said), bar.rows)


def _within(field: NDArray) -> NDArray[np.float32]:
    """As 0..1: bytes as they are, other numbers by their range."""
    if field.dtype == np.uint8:
        return np.asarray(field / np.float32(255), np.float32)
    low, high = np.percentile(field, [OUTLIERS, 100 - OUTLIERS])
    return np.asarray(np.clip((field.astype(np.float32) - low) / max(float(high - low), 1e-30), 0, 1), np.float32)
