"""Stage 4, grains: the power diagram of the circles. A pixel is of the circle with the least |x - p|^2 - r^2.

So grains are convex, and their faces lie where circles of unlike size would press on each other.
"""

import numpy as np
from numpy.typing import NDArray

from graincast.base.compiled import kernel
from graincast.material.grains.numbering import consecutive


def labels(centres: NDArray[np.float64], radii: NDArray[np.float64], shape: tuple[int, int]) -> NDArray[np.int32]:
    """Grains [rows, columns] numbered from 0, those that have a pixel."""
    return consecutive(np.asarray(_nearest(centres, radii**2, shape[0], shape[1])))


@kernel
def _nearest(centres: NDArray[np.float64], squares: NDArray[np.float64], rows: int, columns: int) -> NDArray[np.int32]:
    found = np.empty((rows, columns), np.int32)
    for row in range(rows):
        for column in range(columns):
            least = np.inf
            for grain in range(len(squares)):
                y, x = row + 0.5 - centres[grain, 0], column + 0.5 - centres[grain, 1]
                power = y * y + x * x - squares[grain]
                if power < least:
                    least = power
                    found[row, column] = grain
    return found
