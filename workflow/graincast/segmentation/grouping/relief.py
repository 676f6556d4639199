"""A picture as a relief that ends at its edges: its valleys, and the watershed between them."""

import numpy as np
from numpy.typing import NDArray

from graincast.base.compiled import kernel
from graincast.material.grains.flooding import root
from graincast.material.grains.numbering import consecutive
from graincast.material.grains.valleys import depths

LEVELS = 65535


def valleys(height: NDArray[np.floating], depth: float) -> NDArray[np.int32]:
    """The lowest pixels of valleys of at least that depth, numbered from 1; 0 elsewhere [rows, columns]."""
    wall = float(height.max()) + max(depth, 1e-6) + 1  # no water leaves over the edges
    deep = depths(np.pad(np.asarray(height, np.float64), 1, constant_values=wall))[1:-1, 1:-1] >= depth
    return np.where(deep, np.cumsum(deep).reshape(deep.shape), 0).astype(np.int32)


def flooded(height: NDArray[np.floating], valley: NDArray[np.int32]) -> NDArray[np.int32]:
    """The grain of every pixel, from 0, from pieces of valleys numbered from 1."""
    if valley.max() <= 1:
        return np.zeros(height.shape, np.int32)
    from skimage.segmentation import watershed  # takes long to import

    return np.asarray(watershed(height, valley, connectivity=1) - 1, np.int32)


def grains(height: NDArray[np.floating], depth: float) -> NDArray[np.int32]:
    """Grains, each around a valley of at least that depth: both in one flood, on 65,536 levels."""
    low, high = float(height.min()), float(height.max())
    scale = LEVELS / max(high - low, 1e-12)
    level = np.round((height - low) * scale).astype(np.uint16).ravel()
    order = np.argsort(level, kind="stable")  # of two bytes: by radix, ten times as fast as of floats
    basin = _basins(level.astype(np.int32), order, height.shape[1], max(depth * scale, 0.5))
    return consecutive(np.asarray(basin).reshape(height.shape))


@kernel
def _basins(level: NDArray[np.int32], order: NDArray[np.int64], columns: int, least: float) -> NDArray[np.int32]:
    """The lowest pixel of the valley that each pixel [pixels] is in, none shallower than `least`.

    A pixel is of the valley of its lowest neighbour that is flooded. Where two waters meet, the one with the higher
    bottom ends; if it is shallow, its valley goes to that of the pixel across.
    """
    count = len(level)
    rank = np.empty(count, np.int32)
    rank[order] = np.arange(count, dtype=np.int32)
    water = np.full(
        count, -1, np.int32
    )  # of a flooded pixel: one of lower rank in the same water, in the end the lowest
    basin = np.full(count, -1, np.int32)
    goes_to = np.arange(count, dtype=np.int32)
    beside = np.empty(4, np.int64)
    for pixel in order:
        flooded, best = 0, -1
        column = pixel % columns
        for way, inside in (
            (-columns, pixel >= columns),
            (columns, pixel < count - columns),
            (-1, column > 0),
            (1, column < columns - 1),
        ):
            if inside and water[pixel + way] >= 0:
                beside[flooded] = pixel + way
                flooded += 1
                if best < 0 or rank[pixel + way] < rank[best]:
                    best = pixel + way
        if best < 0:
            basin[pixel] = water[pixel] = pixel
            continue
        basin[pixel], water[pixel] = basin[best], root(water, best)
        for at in range(flooded):
            neighbour = beside[at]
            one, other, across = root(water, neighbour), root(water, pixel), basin[pixel]
            if one != other:
                if rank[one] < rank[other]:
                    one, other, across = other, one, basin[neighbour]
                if level[pixel] - level[one] < least:
                    goes_to[one] = across
                water[one] = other
    for pixel in range(count):
        basin[pixel] = root(goes_to, basin[pixel])
    return basin
