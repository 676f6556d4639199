"""Boundary images to grain maps: the picture is a relief, its basins are grains, and the lines are the watershed.

A basin is a connected region below the threshold (4 neighbours, across the periodic edges too) of at least so many
pixels; smaller ones are specks on a line. Every other pixel goes to the basin from which it is reached first when the
relief is flooded (Meyer, Signal Processing 38, 113, 1994), so the map has no boundary pixels and its areas fill the
box. A picture without any basin is one grain. The box is flooded with copies of its edges around it: exact as long as
no pixel is filled from a basin more than `MARGIN` pixels away.
"""

import numpy as np
from numpy.typing import NDArray
from skimage.segmentation import watershed

from graincast.grains.geometry import connected_regions

MARGIN = 32  # pixels, or half the box where that is less


def grain_map(image: NDArray, threshold: float, speck: int) -> NDArray[np.int32]:
    """Grains 0, 1, ... of a periodic boundary image [H, W], every pixel of which belongs to one."""
    basin = _basins(image, threshold, speck)
    if basin.max() <= 1:
        return np.zeros(image.shape, np.int32)
    rows, columns = (min(MARGIN, (side + 1) // 2) for side in image.shape)
    around = ((rows, rows), (columns, columns))
    filled = watershed(np.pad(image, around, "wrap"), np.pad(basin, around, "wrap"), connectivity=1)
    return np.asarray(filled[rows:-rows, columns:-columns] - 1, np.int32)


def grain_count(image: NDArray, threshold: float, speck: int) -> int:
    """Number of grains of `grain_map`, without the map."""
    return max(1, int(_basins(image, threshold, speck).max()))


def _basins(image: NDArray, threshold: float, speck: int) -> NDArray[np.int32]:
    """Basins numbered from 1 on [H, W], 0 on lines and specks."""
    inside = image < threshold
    region = connected_regions(inside.astype(np.int32))
    kept = np.bincount(region[inside], minlength=region.max() + 1) >= max(speck, 1)
    number = np.where(kept, np.cumsum(kept), 0).astype(np.int32)
    return np.asarray(np.where(inside, number[region], 0), np.int32)
