"""Normal grain structures of many spreads: each draws its own, evenly from a range. The mean grain area is 1."""

from dataclasses import dataclass

import numpy as np

from graincast.material.networks.network import Network
from graincast.material.structures import lognormal

DESCRIPTION = "Normal grain structures of many spreads: each draws its own. The mean grain area is 1."


@dataclass(frozen=True)
class Settings:
    grains: int
    least_spread: float  # standard deviation of ln R
    most_spread: float

    def __post_init__(self) -> None:
        if self.grains < 2 or not 0 <= self.least_spread <= self.most_spread:
            raise ValueError("expected 2 grains or more and 0 <= least_spread <= most_spread")


def network(settings: Settings, rng: np.random.Generator) -> Network:
    """One periodic structure of a spread of its own."""
    spread = rng.uniform(settings.least_spread, settings.most_spread)
    return lognormal.network(lognormal.Settings(settings.grains, spread), rng)
