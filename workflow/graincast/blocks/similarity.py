"""Structural similarity of two images, in arrays of any library: the one definition of the project.

Wang et al., IEEE Trans. Image Process. 13, 600, 2004: the product of two quotients, of luminance and of structure,

    (2 m m' + C1) / (m^2 + m'^2 + C1)  and  (2 c + C2) / (v + v' + C2)

with the means m, variances v and the covariance c of both images in a Gaussian window of `WINDOW` px that is cut at
`REACH` px, of a data range of 1. Variances are those of the window itself (no sample correction). Whoever asks brings
the window, and divides: a quotient of products and a product of quotients differ in the last bit, and neither the
scores nor what was trained may move by it.
"""

from typing import Any

WINDOW, REACH = 1.5, 5  # px: standard deviation, and from the middle to the last pixel
STABLE_MEAN, STABLE_VARIANCE = 0.01**2, 0.03**2  # C1 and C2
Array = Any  # of any library


def luminance(mean: Array, other_mean: Array) -> tuple[Array, Array]:
    """Numerator and denominator, of the means of both images."""
    return 2 * mean * other_mean + STABLE_MEAN, mean**2 + other_mean**2 + STABLE_MEAN


def structure(variances: Array, covariance: Array) -> tuple[Array, Array]:
    """Numerator and denominator, of the sum of both images' variances and their covariance."""
    return 2 * covariance + STABLE_VARIANCE, variances + STABLE_VARIANCE
