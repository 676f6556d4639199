"""A picture as a relief that ends at its edges: its valleys, and the watershed between them."""

import numpy as np
from numpy.typing import NDArray

from graincast.material.grains.valleys import depths


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
    """Grains, each around a valley of at least that depth."""
    return flooded(height, valleys(height, depth))
