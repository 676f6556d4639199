"""Valleys of a periodic picture and how deep each is: what one must climb from its lowest pixel to reach a lower one.

Pixels are flooded in the order of their values (4 neighbours). Where two waters meet, the valley with the higher
bottom ends and its depth is the rise from there to the meeting: the dynamics of a minimum (Grimaud, SPIE 1769, 292,
1992). Exact on the torus, and one flood gives the valleys of every depth. The deepest valley has no pass out of it;
its depth is that of the highest pixel.
"""

import numpy as np
from numpy.typing import NDArray

from graincast.base.compiled import kernel
from graincast.material.grains.flooding import neighbours, root


def depths(image: NDArray[np.floating]) -> NDArray[np.float64]:
    """Depth [H, W] of the valley whose lowest pixel each is; 0 for all other pixels."""
    heights = np.ascontiguousarray(image, np.float64)
    order = np.argsort(heights, axis=None, kind="stable")
    return np.asarray(_flooded(heights.ravel(), order, image.shape[1]).reshape(image.shape))


@kernel
def _flooded(heights: NDArray[np.float64], order: NDArray[np.int64], columns: int) -> NDArray[np.float64]:
    """Depths [pixels] from heights [pixels] and their order, of a picture with so many columns."""
    count = len(heights)
    bottom = np.full(count, -1)  # of a flooded pixel: one of lower rank in the same water, in the end the lowest
    rank = np.empty(count, np.int64)
    rank[order] = np.arange(count)
    depth = np.zeros(count)
    for pixel in order:
        bottom[pixel] = pixel
        for neighbour in neighbours(pixel, count, columns):
            if bottom[neighbour] >= 0:
                one, other = root(bottom, neighbour), root(bottom, pixel)
                if one != other:
                    if rank[one] < rank[other]:
                        one, other = other, one
                    depth[one] = heights[pixel] - heights[one]
                    bottom[one] = other
    depth[order[0]] = heights[order[-1]] - heights[order[0]]
    return depth
