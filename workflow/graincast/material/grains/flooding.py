"""Floods on periodic pictures: pixels stand one behind the other, row by row, and each touches four others.

Floods that meet are one tree of pixels: each points to another of its flood, and the root to itself.
"""

import numpy as np
from numpy.typing import NDArray

from graincast.base.compiled import kernel


@kernel
def neighbours(pixel: int, count: int, columns: int) -> tuple[int, int, int, int]:
    """The pixels above, below, left and right of one of `count` in rows of `columns`."""
    column = pixel % columns
    line = pixel - column
    return (
        (pixel - columns) % count,
        (pixel + columns) % count,
        line + (column - 1) % columns,
        line + (column + 1) % columns,
    )


@kernel
def alike(labels: NDArray[np.int64], columns: int) -> NDArray[np.int32]:
    """Connected pixels of equal label, numbered from 0 in the order of their first pixels; all [pixels]."""
    count = len(labels)
    region = np.full(count, -1, np.int32)
    waiting = np.empty(count, np.int64)
    number = 0
    for first in range(count):
        if region[first] < 0:
            region[first], waiting[0], left = number, first, 1
            while left > 0:
                left -= 1
                pixel = waiting[left]
                for neighbour in neighbours(pixel, count, columns):
                    if region[neighbour] < 0 and labels[neighbour] == labels[pixel]:
                        region[neighbour], waiting[left] = number, neighbour
                        left += 1
            number += 1
    return region


@kernel
def root(towards: NDArray[np.signedinteger], pixel: int) -> int:
    """The root of the flood that `pixel` is in; the way to it is shortened."""
    while towards[pixel] != pixel:
        towards[pixel] = towards[towards[pixel]]
        pixel = towards[pixel]
    return pixel
