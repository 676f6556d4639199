"""The same picture seen in several ways, mirrored and turned by quarters, and what is said of pairs brought back."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graincast.segmentation.layers.pixel_pairs import windows


@dataclass(frozen=True)
class Mirrored:
    """Rows mirrored or not, then columns, then both exchanged or not."""

    rows: bool
    columns: bool
    turned: bool

    def seen(self, array: NDArray) -> NDArray:
        """An array [..., rows, columns] in this view."""
        axes = tuple(axis for axis, mirrored in ((-2, self.rows), (-1, self.columns)) if mirrored)
        mirrored = np.flip(array, axes)
        return np.swapaxes(mirrored, -2, -1) if self.turned else mirrored

    def back(self, array: NDArray) -> NDArray:
        """An array of this view as it is without."""
        straight = np.swapaxes(array, -2, -1) if self.turned else array
        axes = tuple(axis for axis, mirrored in ((-2, self.rows), (-1, self.columns)) if mirrored)
        return np.flip(straight, axes)

    def offset(self, offset: tuple[int, int]) -> tuple[int, int]:
        """An offset of pixels in this view."""
        row, column = (
            -step if mirrored else step for step, mirrored in zip(offset, (self.rows, self.columns), strict=True)
        )
        return (column, row) if self.turned else (row, column)


ALL = tuple(
    Mirrored(rows, columns, turned) for turned in (False, True) for rows in (False, True) for columns in (False, True)
)
COUNTS = (1, 2, 4, 8)


def some(count: int) -> tuple[Mirrored, ...]:
    """So many views, the first the picture as it is; two are it and its half turn."""
    return (ALL[0], ALL[3]) if count == 2 else ALL[:count]


def pairs_back(said: NDArray[np.float32], view: Mirrored, offsets: Sequence[tuple[int, int]]) -> NDArray[np.float32]:
    """What is said of pairs [offsets, rows, columns] in a view, of the same pairs without it.

    A pair may have exchanged its pixels: it is then found at what was its second one.
    """
    straight = view.back(said)
    if view == ALL[0]:
        return straight
    found = np.ones_like(straight)
    for at, offset in enumerate(offsets):
        there = view.offset(offset)
        if there in offsets:
            found[at] = straight[offsets.index(there)]
        else:
            first, second = windows(straight.shape[1:], offset)
            found[at][first] = straight[offsets.index((-there[0], -there[1]))][second]
    return found
