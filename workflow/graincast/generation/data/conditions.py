"""What a structure is asked to be, as numbers that a field of view has and a generator is given.

The side of the mean grain (in pixels: the root of the mean area), the spread of sizes (standard deviation of ln R) and
the variance of the number of sides. They are those of a whole field and not of the patch that is cut out of it.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

TYPICAL_PX = 10.0  # side of a mean grain
SIZE, SPREAD, SIDES_VARIANCE = 0.25, (0.5, 0.15), (2.2, 1.0)  # what a network is given is of the order of 1


class Conditions(NamedTuple):
    grain_px: float  # side of the mean grain
    spread: float  # standard deviation of ln R
    sides_variance: float

    def enlarged(self, zoom: float) -> "Conditions":
        """Those of the same structure in a picture that is so many times larger."""
        return self._replace(grain_px=self.grain_px * zoom)

    def encoded(self) -> NDArray[np.float32]:
        """[3] of the order of 1, for a network."""
        return np.array(
            [
                math.log(self.grain_px / TYPICAL_PX) / SIZE,
                (self.spread - SPREAD[0]) / SPREAD[1],
                (self.sides_variance - SIDES_VARIANCE[0]) / SIDES_VARIANCE[1],
            ],
            np.float32,
        )


NUMBER = len(Conditions._fields)


def of_grains(area: NDArray, sides: NDArray[np.integer], weights: NDArray | None = None) -> Conditions:
    """Those of grains of these areas, in pixels, and numbers of sides; gone ones have the area 0."""
    there = area > 0
    weight = np.ones(there.sum()) if weights is None else weights[there]
    log_radius = np.log(area[there]) / 2
    return Conditions(
        grain_px=math.sqrt(np.average(area[there], weights=weight)),
        spread=_deviation(log_radius, weight),
        sides_variance=_deviation(sides[there], weight) ** 2,
    )


def _deviation(values: NDArray, weights: NDArray) -> float:
    mean = np.average(values, weights=weights)
    return math.sqrt(np.average((values - mean) ** 2, weights=weights))
