"""Which grain of a frame is which of the frame before: by the pixels that they share.

A region takes the number of the grain of the frame before with which it shares most pixels. Each number is given once,
to its largest claimant: of two halves of a split grain the larger keeps the number, and two merged grains go on as the
larger. Who is left gets a new number beyond all before: it appeared. Ties go to the smaller number. A grain that was
lost for a frame comes back under a new number, since only one frame back is looked.
"""

import numpy as np
from numpy.typing import NDArray

from graincast.material.grains import geometry


def followed(maps: NDArray[np.integer], first: NDArray[np.integer]) -> NDArray[np.int32]:
    """The maps [F, H, W] with the grains' numbers of the map `first` [H, W] that came before them."""
    numbered = np.empty(maps.shape, np.int32)
    before, unused = first, int(first.max()) + 1
    for frame, labels in enumerate(maps):
        names, unused = _names(labels, before, unused)
        numbered[frame] = before = names[labels]
    return numbered


def _names(labels: NDArray[np.integer], before: NDArray[np.integer], unused: int) -> tuple[NDArray[np.int32], int]:
    """The number of every label 0..max of a map, and the first that is unused afterwards."""
    shared = geometry.contingency(labels, before)
    region, claimed, pixels = shared.one, shared.other, shared.pixels
    best = _first_of_each(region, np.lexsort((claimed, -pixels, region)))
    winner = best[_first_of_each(claimed[best], np.lexsort((region[best], -pixels[best], claimed[best])))]
    names = np.full(int(labels.max()) + 1, -1, np.int32)
    names[region[winner]] = claimed[winner]
    appeared = np.setdiff1d(region[best], region[winner])
    names[appeared] = unused + np.arange(len(appeared))
    return names, unused + len(appeared)


def _first_of_each(key: NDArray[np.integer], order: NDArray[np.integer]) -> NDArray[np.integer]:
    """Of the rows in the given order, sorted by key, the first of every key."""
    return np.asarray(order[np.diff(key[order], prepend=-1) != 0])


def areas(maps: NDArray[np.integer]) -> NDArray[np.int64]:
    """Pixels of every grain 0..max in every frame [F, grains]; 0 where it is absent."""
    frames, grains = len(maps), int(maps.max()) + 1
    code = maps.reshape(frames, -1) + grains * np.arange(frames)[:, None]
    return np.bincount(code.ravel(), minlength=frames * grains).reshape(frames, grains)


def sides(maps: NDArray[np.integer]) -> NDArray[np.int64]:
    """Neighbours of every grain 0..max in every frame [F, grains]; 0 where it is absent."""
    table = np.zeros((len(maps), int(maps.max()) + 1), np.int64)
    for frame, labels in enumerate(maps):
        counted = geometry.sides(labels)
        table[frame, : len(counted)] = counted
    return table
