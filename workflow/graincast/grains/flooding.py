"""Floods on periodic pictures: pixels stand one behind the other, row by row, and each touches four others."""

from heapq import heapify, heappop, heappush

import numpy as np
from numpy.typing import NDArray

from graincast.compiled import kernel


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
def filled(heights: NDArray[np.float64], valley: NDArray[np.int64], columns: int) -> NDArray[np.int64]:
    """The valley (from 1 on) from which each pixel of 0 is reached first when the relief is flooded; all [pixels].

    The lowest waiting pixel goes first, the one that has waited longest among equals.
    """
    count = len(heights)
    grain = valley.copy()
    waiting = [(heights[pixel], 0, pixel) for pixel in range(count) if valley[pixel] > 0]
    heapify(waiting)
    age = 0
    while len(waiting) > 0:
        pixel = heappop(waiting)[2]
        for neighbour in neighbours(pixel, count, columns):
            if grain[neighbour] == 0:
                age += 1
                grain[neighbour] = grain[pixel]
                heappush(waiting, (heights[neighbour], age, neighbour))
    return grain
