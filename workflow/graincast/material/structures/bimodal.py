"""Bimodal grain structure: a coarse population of given number share and size ratio among fine grains.

The coarse grains have the first labels. The mean grain area, over both populations, is 1.
"""

from dataclasses import dataclass

import numpy as np

from graincast.material.networks.network import Network
from graincast.material.structures import power_diagram

DESCRIPTION = "Bimodal grain structure: a coarse population of given number share and size ratio among fine grains."


@dataclass(frozen=True)
class Settings:
    grains: int
    coarse_share: float  # share of the grains, by number
    size_ratio: float  # mean radius of the coarse grains over that of the fine ones
    spread: float  # standard deviation of ln R within each population

    def __post_init__(self) -> None:
        if self.grains < 2 or not 0 < self.coarse_share < 1 or self.size_ratio <= 1 or self.spread < 0:
            raise ValueError("a bimodal structure needs 2 grains or more, 0 < coarse_share < 1, size_ratio > 1")


def network(settings: Settings, rng: np.random.Generator) -> Network:
    """One periodic structure; the coarse grains come first."""
    radii = rng.lognormal(0.0, settings.spread, settings.grains)
    coarse = max(1, round(settings.coarse_share * settings.grains))
    radii[:coarse] *= settings.size_ratio
    return power_diagram.fitted(radii**2 / np.mean(radii**2), rng)
