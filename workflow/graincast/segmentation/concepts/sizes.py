"""Stage 2, sizes: lognormal radii, around a mean that differs from picture to picture."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Sizes:
    middle_px: float  # mean diameter of the grains of a picture, in the middle
    reach: float  # by which it is larger or smaller at most; 1: it is always the same
    spread: float  # standard deviation of ln R; 0: all alike

    def __post_init__(self) -> None:
        if self.middle_px < 4 or self.reach < 1 or not 0 <= self.spread <= 1:
            raise ValueError("expected 'middle_px' of 4 or more, 'reach' of 1 or more, and a 'spread' of 0 to 1")

    @property
    def most_mean_px(self) -> float:
        return self.middle_px * self.reach


def radii(sizes: Sizes, area_px: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Radii [grains] in pixels, largest first, whose circles have the area of the picture together."""
    mean = sizes.middle_px * sizes.reach ** rng.uniform(-1, 1) / 2
    middle = math.log(mean) - sizes.spread**2 / 2
    most = math.ceil(2 * area_px / (math.pi * mean**2)) + 8
    drawn = np.exp(middle + sizes.spread * rng.standard_normal(most))
    enough = int(np.searchsorted(np.cumsum(math.pi * drawn**2), area_px)) + 1
    return np.sort(drawn[:enough])[::-1]
