"""Cleaning of a measured map: connected regions too small to be believed go to what they border on most.

The smallest region goes first, to the neighbour with which it shares most pixel edges (of equal ones to the larger).
Two regions of one label that come to touch are one from then on.
"""

import heapq
from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from graincast.material.grains.geometry import connected_regions
from graincast.material.grains.numbering import consecutive

Borders = dict[int, Counter[int]]  # of each region: pixel edges that it shares with each other one
Neighbouring = tuple[NDArray[np.integer], NDArray[np.integer]]  # pixels, and one beside each
Touching = Callable[[NDArray[np.int32]], Iterator[Neighbouring]]


def cleaned(labels: NDArray[np.integer], smallest: int) -> NDArray[np.int32]:
    """A periodic map [rows, columns] numbered by its connected regions, none with fewer than `smallest` pixels."""
    region = connected_regions(labels)
    label = labels.ravel()[np.unique(region, return_index=True)[1]]
    goes_to = absorbed(region, label, np.bincount(region.ravel()), smallest, touching_around)
    return consecutive(goes_to[region])


def absorbed(
    region: NDArray[np.int32],
    label: NDArray[np.integer],
    size: NDArray[np.integer],
    smallest: int,
    touching: Touching,
) -> NDArray[np.int64]:
    """The region that each region [regions] of a map is a part of once none is smaller than `smallest`.

    `label` [regions] is what regions have in common that are to be one where they touch, `size` [regions] their pixels
    or those of them that count.
    """
    size = size.copy()
    goes_to = np.arange(len(size))
    borders = _borders(region, touching)
    queue = [(int(size[number]), int(number)) for number in np.flatnonzero(size < smallest)]
    heapq.heapify(queue)
    while queue and len(borders) > 1:
        pixels, lost = heapq.heappop(queue)
        if lost not in borders or size[lost] != pixels:
            continue
        kept = max(borders[lost], key=lambda number: (borders[lost][number], size[number], -number))
        joined = [lost, *(number for number in borders[lost] if number != kept and label[number] == label[kept])]
        for number in joined:
            _join(borders, number, kept)
            goes_to[number] = kept
            size[kept] += size[number]
        if size[kept] < smallest:
            heapq.heappush(queue, (int(size[kept]), kept))
    return _ends(goes_to)


def touching_around(region: NDArray[np.int32]) -> Iterator[Neighbouring]:
    """Pixels of a periodic map and their neighbours above, then to the left."""
    yield from ((region, np.roll(region, 1, axis)) for axis in (0, 1))


def touching_inside(region: NDArray[np.integer]) -> Iterator[Neighbouring]:
    """Pixels of a map or volume that ends at its edges and their neighbours before them along each axis."""
    for axis in range(region.ndim):
        along = np.moveaxis(region, axis, 0)
        yield along[1:], along[:-1]


def _borders(region: NDArray[np.int32], touching: Touching) -> Borders:
    """Which regions share how many pixel edges."""
    count = int(region.max()) + 1
    borders: Borders = {number: Counter() for number in range(count)}
    for pixel, neighbour in touching(region):
        unlike = pixel != neighbour
        pairs, edges = np.unique(pixel[unlike].astype(np.int64) * count + neighbour[unlike], return_counts=True)
        for one, other, shared in zip((pairs // count).tolist(), (pairs % count).tolist(), edges.tolist(), strict=True):
            borders[one][other] += shared
            borders[other][one] += shared
    return borders


def _join(borders: Borders, lost: int, kept: int) -> None:
    """Let the region `lost` become a part of `kept`."""
    for neighbour, edges in borders.pop(lost).items():
        del borders[neighbour][lost]
        if neighbour != kept:
            borders[kept][neighbour] += edges
            borders[neighbour][kept] += edges


def _ends(goes_to: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each region ends up that goes to one that goes to another, and so on."""
    while True:
        further = goes_to[goes_to]
        if np.array_equal(further, goes_to):
            return goes_to
        goes_to = further
