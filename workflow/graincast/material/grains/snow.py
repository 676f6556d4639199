"""The SNOW recipe: grains of a distance map by marked watershed (Gostick, Physical Review E 96, 023307, 2017).

The map is smoothed a little; its peaks are the points that are highest within `REACH` pixels. A peak that is no
summit, because the relief goes on up from it, is a saddle and is trimmed. So is the lower of two peaks that are nearer
to each other than to a boundary. The others mark the grains, from which the relief is flooded.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, label, maximum_filter, mean
from scipy.spatial import cKDTree
from skimage.morphology import disk, local_maxima
from skimage.segmentation import watershed

SMOOTHING = 0.4  # pixels, standard deviation
REACH = 2  # pixels; 4 in the publication, for grains twice as large


def grain_map(distance: NDArray) -> NDArray[np.int32]:
    """Grains 0, 1, ... of a distance map [rows, columns] that ends at its edges."""
    relief = gaussian_filter(np.asarray(distance, float), SMOOTHING)
    peaks = summits(relief)
    marks = np.zeros(relief.shape, np.int32)
    marks[tuple(peaks.T)] = np.arange(1, len(peaks) + 1)
    return np.asarray(watershed(-relief, marks) - 1, np.int32)


def summits(relief: NDArray[np.float64]) -> NDArray[np.int64]:
    """Peaks [peaks, 2] that are left after trimming; the highest point where there is none."""
    highest = (relief == maximum_filter(relief, footprint=disk(REACH))) & local_maxima(relief)
    regions, count = label(highest, np.ones((3, 3)))
    if count == 0:
        return np.array([np.unravel_index(np.argmax(relief), relief.shape)])
    rows, columns = (mean(axis, regions, np.arange(1, count + 1)) for axis in np.indices(relief.shape))
    peaks = np.rint(np.stack([rows, columns], axis=1)).astype(np.int64)
    return _apart(peaks, relief[tuple(peaks.T)])


def _apart(peaks: NDArray[np.int64], height: NDArray[np.float64]) -> NDArray[np.int64]:
    """The peaks of which none is nearer to a higher one than both are to a boundary."""
    pairs = cKDTree(peaks).query_pairs(float(height.max()), output_type="ndarray")
    apart = np.hypot(*(peaks[pairs[:, 0]] - peaks[pairs[:, 1]]).T)
    near = pairs[apart < height[pairs].min(axis=1)]
    lower = np.where(height[near[:, 0]] < height[near[:, 1]], near[:, 0], near[:, 1])
    return np.delete(peaks, np.unique(lower), axis=0)
