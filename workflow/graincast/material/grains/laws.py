"""Exact laws of isotropic curvature-driven growth in 2-D, with the reduced mobility k = M gamma.

A disc loses area at dA/dt = -2 pi k. A grain with n sides changes at dA/dt = (pi / 3) k (n - 6) between
topological events (von Neumann 1952, Mullins 1956).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def disc_rate(reduced_mobility: float) -> float:
    """dA/dt of a disc, whatever its radius."""
    return -2 * np.pi * reduced_mobility


def mullins_rate(sides: ArrayLike, reduced_mobility: float) -> NDArray[np.float64]:
    """dA/dt of grains with `sides` sides."""
    return reduced_mobility * np.pi / 3 * (np.asarray(sides, float) - 6)
