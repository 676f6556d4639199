"""Grains out of lines with gaps, by their shape: each summit of the distance from the nearest line is a grain.

The watershed of the distance closes gaps that are narrower than grains (the honest rival of any repair). A summit
counts if one has to go down from it by `DEPTH` pixels before a higher one is reached.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from graincast.segmentation.grouping import relief

SMOOTH = 1.0  # pixels: standard deviation of the Gaussian over the distance
DEPTH = 0.7  # pixels


def grains(line: NDArray[np.bool_], strength: NDArray[np.floating] | None = None) -> NDArray[np.int32]:
    """Grains [rows, columns] between lines [rows, columns]; where lines are strong, there grains meet."""
    if not line.any():
        return np.zeros(line.shape, np.int32)
    distance = ndimage.gaussian_filter(ndimage.distance_transform_edt(~line), SMOOTH, mode="nearest")
    valleys = relief.valleys(-distance, DEPTH)
    return relief.flooded(-distance if strength is None else strength, valleys)
