"""Boundary images to grain maps: the picture is a relief, its valleys are grains, and the lines are the watershed.

What a valley is, is told in two ways. In a forecast, soft where a model is unsure, it is as deep as is asked for below
the lowest pass out of it (`valleys`): a faint line parts two grains as well as a strong one, as long as it has no gap.
In a picture of lines with noise of its own it is a connected region below a threshold (4 neighbours, across the
periodic edges too) of at least so many pixels; smaller ones are specks on a line.

Every other pixel goes to the valley from which it is reached first when the relief is flooded (Meyer, Signal
Processing 38, 113, 1994), so the map has no boundary pixels and its areas fill the box. A picture without any valley is
one grain. The box is flooded with copies of its edges around it: exact as long as no pixel is filled from a valley
more than `MARGIN` pixels away.
"""

import numpy as np
from numpy.typing import NDArray

from graincast.material.grains.geometry import connected_regions
from graincast.material.grains.valleys import depths

MARGIN = 32  # pixels, or half the box where that is less


def grain_map(image: NDArray, depth: float) -> NDArray[np.int32]:
    """Grains 0, 1, ... of a periodic boundary image [H, W], each in a valley of at least that depth."""
    valley = depths(image) >= depth
    return _flooded(image, np.where(valley, np.cumsum(valley).reshape(image.shape), 0))


def grain_counts(image: NDArray, depths_asked: tuple[float, ...]) -> list[int]:
    """Number of grains of `grain_map` at each depth, without the maps."""
    found = depths(image)
    return [max(1, int(np.sum(found >= depth))) for depth in depths_asked]


def grains_below(image: NDArray, threshold: float, speck: int) -> NDArray[np.int32]:
    """Grains 0, 1, ... of a periodic picture of lines [H, W], each around a region below the threshold."""
    inside = image < threshold
    region = connected_regions(inside.astype(np.int32))
    kept = np.bincount(region[inside], minlength=region.max() + 1) >= max(speck, 1)
    number = np.where(kept, np.cumsum(kept), 0)
    return _flooded(image, np.where(inside, number[region], 0))


def _flooded(image: NDArray, valley: NDArray[np.integer]) -> NDArray[np.int32]:
    """The grain of every pixel, from valleys numbered from 1 on and 0 elsewhere."""
    if valley.max() <= 1:
        return np.zeros(image.shape, np.int32)
    from skimage.segmentation import watershed  # takes long to import, and models that know of grains need it not

    rows, columns = (min(MARGIN, (side + 1) // 2) for side in image.shape)
    around = ((rows, rows), (columns, columns))
    filled = watershed(np.pad(image, around, "wrap"), np.pad(valley, around, "wrap"), connectivity=1)
    return np.asarray(filled[rows:-rows, columns:-columns] - 1, np.int32)
