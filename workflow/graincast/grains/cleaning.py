"""Cleaning of a measured map: connected regions too small to be believed go to what they border on most.

The smallest region goes first, to the neighbour with which it shares most pixel edges (of equal ones to the larger).
Two regions of one label that come to touch are one from then on.
"""

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from graincast.grains.geometry import connected_regions

Borders = dict[int, Counter[int]]  # of each region: pixel edges that it shares with each other one


def cleaned(labels: NDArray[np.integer], smallest: int) -> NDArray[np.int32]:
    """A periodic map [rows, columns] numbered by its connected regions, none with fewer than `smallest` pixels."""
    region = connected_regions(labels)
    label, size = labels.ravel()[np.unique(region, return_index=True)[1]], np.bincount(region.ravel())
    goes_to = np.arange(len(size))
    borders = _borders(region)
    small = {int(number) for number in np.flatnonzero(size < smallest)}
    while small and len(borders) > 1:
        lost = min(small, key=lambda number: (size[number], number))
        kept = max(borders[lost], key=lambda number: (borders[lost][number], size[number], -number))
        joined = [lost, *(number for number in borders[lost] if number != kept and label[number] == label[kept])]
        for number in joined:
            _join(borders, number, kept)
            goes_to[goes_to == number] = kept
            size[kept] += size[number]
        small -= {*joined, *([kept] if size[kept] >= smallest else [])}
    numbers: NDArray[np.int32] = np.unique(goes_to[region], return_inverse=True)[1].astype(np.int32)
    return numbers.reshape(labels.shape)


def _borders(region: NDArray[np.int32]) -> Borders:
    """Which regions share how many pixel edges."""
    borders: Borders = {number: Counter() for number in range(int(region.max()) + 1)}
    for axis in (0, 1):
        for one, other in zip(region.ravel().tolist(), np.roll(region, 1, axis).ravel().tolist(), strict=True):
            if one != other:
                borders[one][other] += 1
                borders[other][one] += 1
    return borders


def _join(borders: Borders, lost: int, kept: int) -> None:
    """Let the region `lost` become a part of `kept`."""
    for neighbour, edges in borders.pop(lost).items():
        del borders[neighbour][lost]
        if neighbour != kept:
            borders[kept][neighbour] += edges
            borders[neighbour][kept] += edges
