"""Pairs of pixels or voxels by their displacement, all at once by the Wiener-Khinchin theorem, in any dimensions."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import fft


def autocorrelation(values: NDArray, shape: Sequence[int], reach: int) -> NDArray:
    """Mean product, over a period of this shape, of values [rows, columns] and those at a displacement from them.

    [2 reach + 1, 2 reach + 1] by the displacement in y and x, from -reach to reach; a volume has z before both. Values
    that are narrower than the period are followed by zeros.
    """
    power = np.abs(fft.rfftn(values, shape)) ** 2 / math.prod(shape)
    apart = np.arange(-reach, reach + 1)
    return np.asarray(fft.irfftn(power, shape)[np.ix_(*(apart % side for side in shape))])


def marked_pairs(image: NDArray[np.bool_], periodic: bool, reach: int) -> NDArray[np.float64]:
    """Number of pairs of marked pixels by their displacement in y and x (z first), from -reach to reach."""
    shape = image.shape if periodic else tuple(fft.next_fast_len(side + reach, real=True) for side in image.shape)
    return np.asarray(np.rint(math.prod(shape) * autocorrelation(image.astype(float), shape, reach)))
