"""Scores of predicted boundary images in 0..1 against the truth, frame by frame.

SSIM is that of `blocks.similarity`. The box is periodic, so is the window, and the mean is over all pixels: the number
that scikit-image gives for images padded by 5 px of their own copies. scikit-image's own number leaves out a frame of
5 px instead, which a periodic box does not have. In `similarities_near` the mean is over a band around the true
boundaries, since flat grains are alike in any two images. Where only a part of the box is scored, means are over its
pixels; windows may look beyond it.

Grains of an image are read by `grains.segmentation`, as valleys of `DEPTH`. Reading them has an error of its own, which
is reported as the same score of the truth's own image (model "truth").
"""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from graincast.blocks import similarity as structural
from graincast.material.grains import watershed
from graincast.material.grains.geometry import within

LINE = 0.5  # from which on a pixel of a true image is on a boundary
DEPTH = 0.03  # of a grain below the lowest pass to a deeper one; docs/decisions.md says why so little
Floats = NDArray[np.float64]
Scored = NDArray[np.bool_] | None  # which pixels [H, W] count; None: all of a periodic box


def squared_errors(predicted: NDArray, truth: NDArray, scored: Scored = None) -> Floats:
    """Mean squared difference [...] of images [..., H, W]."""
    return _mean((np.asarray(predicted, float) - truth) ** 2, scored)


def similarities(predicted: NDArray, truth: NDArray, scored: Scored = None) -> Floats:
    """Structural similarity [...] of images [..., H, W]."""
    return _mean(similarity_map(predicted, truth), scored)


def similarities_near(predicted: NDArray, truth: NDArray, reach: float, scored: Scored = None) -> Floats:
    """The same [...] over the pixels within `reach` px of a true boundary; of all pixels where there is none."""
    return _mean_near(similarity_map(predicted, truth), truth, reach, scored)


def both_similarities(predicted: NDArray, truth: NDArray, reach: float, scored: Scored = None) -> tuple[Floats, Floats]:
    """`similarities` and `similarities_near` of one comparison, which is most of the work."""
    by_pixel = similarity_map(predicted, truth)
    return _mean(by_pixel, scored), _mean_near(by_pixel, truth, reach, scored)


def _mean(values: Floats, scored: Scored) -> Floats:
    """Mean [...] of values [..., H, W] over the scored pixels."""
    return np.asarray(values.mean(axis=(-2, -1)) if scored is None else values[..., scored].mean(axis=-1))


def _mean_near(values: Floats, truth: NDArray, reach: float, scored: Scored) -> Floats:
    """The same over those within `reach` px of a true boundary."""
    band = within(truth >= LINE, reach)
    if scored is not None:
        band = band & scored
    band |= ~band.any(axis=(-2, -1), keepdims=True) & (True if scored is None else scored)
    return np.asarray(np.mean(values, axis=(-2, -1), where=band))


def similarity_map(predicted: NDArray, truth: NDArray) -> Floats:
    """Structural similarity of every pixel of periodic images [..., H, W]."""
    one, other = np.asarray(predicted, float), np.asarray(truth, float)
    means = _windowed(one), _windowed(other)
    covariance = _windowed(one * other) - means[0] * means[1]
    variances = _windowed(one**2 + other**2) - (means[0] ** 2 + means[1] ** 2)
    of_means, of_luminance = structural.luminance(*means)
    of_covariance, of_structure = structural.structure(variances, covariance)
    return np.asarray(of_means * of_covariance / (of_luminance * of_structure))


def _windowed(images: Floats) -> Floats:
    reach = structural.REACH
    return np.asarray(gaussian_filter(images, structural.WINDOW, radius=reach, mode="wrap", axes=(-2, -1)))


def squared_error(predicted: NDArray, truth: NDArray) -> float:
    """Mean squared difference of two images."""
    return float(squared_errors(predicted, truth))


def similarity(predicted: NDArray, truth: NDArray) -> float:
    """Structural similarity of two images."""
    return float(similarities(predicted, truth))


def grain_count(image: NDArray) -> int:
    """Number of grains that a periodic boundary image shows."""
    return watershed.grain_counts(image, (DEPTH,))[0]


def grain_map(image: NDArray) -> NDArray[np.int32]:
    """The grains [H, W] that a periodic boundary image shows."""
    return watershed.grain_map(image, DEPTH)
