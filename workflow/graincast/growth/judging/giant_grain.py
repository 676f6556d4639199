"""The largest grain of the last shown frame through time: in an abnormal structure, the giant.

While it has far more sides than 6 it grows by von Neumann-Mullins, dA/dt = (pi / 3) k (n - 6), so its radius rises.
But once the matrix coarsens steadily the mean radius rises faster, and the giant's radius over the mean falls, as does
its number of sides (Thompson, Frost and Spaepen, Acta Metall. 35, 887, 1987). Not before: a fresh matrix of even grains
loses hardly one at first, and meanwhile the giant's relative size rises in truth too. A giant that is gone has no side
and the radius 0.
"""

import numpy as np
from numpy.typing import NDArray

from graincast.growth.judging.physics import History

SIDES, GROWTH, RELATIVE_RADIUS = "largest_sides", "largest_growth", "largest_relative_radius"


def through_time(history: History) -> dict[str, NDArray]:
    """By frame [F]: its sides, its radius over that of the first frame, and over the mean radius of all grains."""
    giant = int(history.area[0].argmax())
    radii = np.sqrt(history.area / np.pi)
    mean = radii.sum(axis=1) / (history.area > 0).sum(axis=1)
    return {
        SIDES: history.sides[:, giant],
        GROWTH: radii[:, giant] / radii[0, giant],
        RELATIVE_RADIUS: radii[:, giant] / mean,
    }
