"""Grain maps that were drawn, read or tessellated to be scored, as a file.

An .npz archive with `count`, and of map number i, under the name `i/...`:

    labels    int32 [rows, columns]   the grain of each pixel
    step      int64                   how far grown what it is meant to be, from 0
    sample    int64                   the field that it is, or is cut from
    scale     float64                 pixels of the step's own pictures to a pixel of this map
    periodic  bool
    seconds   float64                 that it took to make it
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graincast.base.storage import open_arrays, write_arrays

NAMES = ("labels", "step", "sample", "scale", "periodic", "seconds")


@dataclass(frozen=True)
class DrawnMap:
    labels: NDArray[np.int32]  # [rows, columns]
    step: int
    sample: int
    scale: float
    periodic: bool
    seconds: float


def write(path: Path, maps: Iterable[DrawnMap]) -> None:
    """Write maps, in their order."""
    arrays: dict[str, NDArray] = {}
    count = 0
    for count, one in enumerate(maps, start=1):
        values = (one.labels, one.step, one.sample, one.scale, one.periodic, one.seconds)
        arrays |= {f"{count - 1}/{name}": np.asarray(value) for name, value in zip(NAMES, values, strict=True)}
    write_arrays(path, {"count": np.array(count), **arrays})


def read(path: Path) -> list[DrawnMap]:
    """The maps of a file."""
    with open_arrays(path) as array:
        return [_drawn([array(f"{number}/{name}") for name in NAMES]) for number in range(int(array("count")))]


def _drawn(values: Sequence[NDArray]) -> DrawnMap:
    labels, step, sample, scale, periodic, seconds = values
    return DrawnMap(labels, int(step), int(sample), float(scale), bool(periodic), float(seconds))
