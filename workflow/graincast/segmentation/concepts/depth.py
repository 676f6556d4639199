"""Stage 6, depth: a second layer of grains shows through the first in places, and its edges are faint.

The places are where a smooth field of chance is high, and cover a share of the picture; their rims are soft, since a
grain thins out. What shows through is no boundary: the grains that count are those of the first layer (an assumption).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter


@dataclass(frozen=True)
class Depth:
    share: float  # of the picture in which grains overlap; 0: there is no second layer
    weight: float  # of the second layer there, at most

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1 or not 0 <= self.weight <= 0.5:
            raise ValueError("expected 'share' in 0..1, and 'weight' in 0..0.5: more would be the first layer")


def weights(depth: Depth, shape: tuple[int, int], grain_px: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """How much of the second layer is seen [rows, columns]."""
    field = gaussian_filter(rng.standard_normal(shape), grain_px, mode="reflect")
    strength = depth.weight * rng.uniform(0.3, 1)
    if depth.share == 0:
        return np.zeros(shape)
    rim = 0.2 * field.std()
    over = (field - np.quantile(field, 1 - depth.share)) / rim + 0.5
    return np.asarray(strength * np.clip(over, 0, 1))
