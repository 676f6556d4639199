"""Bimodal grain structure: a coarse population of given number share and size ratio among fine grains."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graincast.structures import power_diagram


@dataclass(frozen=True)
class Settings:
    grains: int
    coarse_share: float  # share of the grains, by number
    size_ratio: float  # mean radius of the coarse grains over that of the fine ones
    spread: float  # standard deviation of ln R within each population

    def __post_init__(self) -> None:
        if self.grains < 2 or not 0 < self.coarse_share < 1 or self.size_ratio <= 1 or self.spread < 0:
            raise ValueError("a bimodal structure needs 2 grains or more, 0 < coarse_share < 1, size_ratio > 1")


def label_map(settings: Settings, width: int, rng: np.random.Generator) -> NDArray[np.int32]:
    """One periodic structure [width, width]."""
    radii = rng.lognormal(0.0, settings.spread, settings.grains)
    coarse = max(1, round(settings.coarse_share * settings.grains))
    radii[:coarse] *= settings.size_ratio
    return power_diagram.label_map(radii, width, rng)
