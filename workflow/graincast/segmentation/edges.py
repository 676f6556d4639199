"""Edge fusion: Sobel, the Laplacian of Gaussian and Canny as three channels of one picture.

The widths of their Gaussians are assumptions: the publication names the detectors alone. Each channel is near 0..1 at a
step from black to white.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from graincast.segmentation import canny as detector

SOBEL_PX, LAPLACE_PX, CANNY_PX = 1.0, 2.0, 1.5  # standard deviations of the Gaussians
REACH = 8  # pixels beyond which nothing decides an edge, or next to nothing
QUIET = 1.4  # of the noise of a slope: thresholds of Canny stand at so many times it, and twice that
Floats = NDArray[np.float32]


def sobel(grey: NDArray[np.floating]) -> Floats:
    """How steep [rows, columns], of a picture that is smoothed a little."""
    smooth = ndimage.gaussian_filter(np.asarray(grey, np.float32), SOBEL_PX, mode="nearest")
    along = [ndimage.sobel(smooth, axis, mode="nearest") for axis in (0, 1)]
    return np.asarray(np.hypot(*along) / 2, np.float32)


def laplacian(grey: NDArray[np.floating]) -> Floats:
    """How bent [rows, columns], with its sign: it is 0 on an edge and large on both sides."""
    found = ndimage.gaussian_laplace(np.asarray(grey, np.float32), LAPLACE_PX, mode="nearest")
    return np.asarray(4 * found, np.float32)


def canny(grey: NDArray[np.floating], low: float | None = None) -> Floats:
    """1 on lines of steepest slope, linked, 0 elsewhere [rows, columns]; thresholds follow the picture's own noise."""
    down, right = slopes(grey)
    low = QUIET * _middle(np.hypot(down, right)) if low is None else low
    return detector.lines(down, right, low, 2 * low).astype(np.float32)


def canny_threshold(grey: NDArray[np.floating]) -> float:
    """The lower one; the higher is twice as high."""
    return QUIET * slope_noise(grey)


def slope_noise(grey: NDArray[np.floating]) -> float:
    """Median of the slopes that Canny sees: most of a picture is no edge, so it is that of the noise."""
    return _middle(smooth_slope(grey))


def _middle(slope: Floats) -> float:
    return max(float(np.median(slope)), 1e-3)


def smooth_slope(grey: NDArray[np.floating]) -> Floats:
    """How steep [rows, columns], of a picture as smooth as Canny sees it."""
    return np.asarray(np.hypot(*slopes(grey)), np.float32)


def slopes(grey: NDArray[np.floating]) -> tuple[Floats, Floats]:
    """The same downwards and to the right."""
    smooth = ndimage.gaussian_filter(np.asarray(grey, np.float32), CANNY_PX, mode="nearest")
    return ndimage.sobel(smooth, 0, mode="nearest"), ndimage.sobel(smooth, 1, mode="nearest")


DETECTORS = ("sobel", "laplacian", "canny")


def fused(grey: NDArray[np.floating], low: float | None = None) -> Floats:
    """All of them [3, rows, columns]; `low` is the threshold of Canny, where it is that of a larger picture."""
    return np.stack([sobel(grey), laplacian(grey), canny(grey, low)])
