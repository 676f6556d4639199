"""Scores of predicted boundary images in 0..1 against the truth, frame by frame.

SSIM: Wang et al. 2004, Gaussian window of 1.5 px, for a data range of 1. The grain count of an image is the number
of its connected regions below 1/2, joined across the periodic edges; a region of fewer than `SPECK` pixels is not a
grain. Reading the count off an image has an error of its own, which is reported as the same score of the truth's
own image (model "truth").
"""

import numpy as np
from numpy.typing import NDArray
from skimage.metrics import structural_similarity

from graincast.grains.geometry import connected_regions

THRESHOLD = 0.5
SPECK = 3


def squared_error(predicted: NDArray, truth: NDArray) -> float:
    """Mean squared difference of two images."""
    return float(np.mean((predicted - truth) ** 2))


def similarity(predicted: NDArray, truth: NDArray) -> float:
    """Structural similarity of two images."""
    return float(
        structural_similarity(
            predicted, truth, data_range=1.0, gaussian_weights=True, sigma=1.5, use_sample_covariance=False
        )
    )


def grain_count(image: NDArray) -> int:
    """Number of grains that a periodic boundary image shows."""
    inside = image < THRESHOLD
    sizes = np.bincount(connected_regions(inside.astype(np.int32))[inside])
    return int(np.sum(sizes >= SPECK))
