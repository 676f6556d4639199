"""Normal grain structure: equivalent radii follow a lognormal law. The mean grain area is 1."""

from dataclasses import dataclass

import numpy as np

from graincast.material.networks.network import Network
from graincast.material.structures import power_diagram

DESCRIPTION = "Normal grain structure: equivalent radii follow a lognormal law. The mean grain area is 1."


@dataclass(frozen=True)
class Settings:
    grains: int
    spread: float  # standard deviation of ln R

    def __post_init__(self) -> None:
        if self.grains < 2 or self.spread < 0:
            raise ValueError("a lognormal structure needs 2 grains or more and a spread of 0 or more")


def network(settings: Settings, rng: np.random.Generator) -> Network:
    """One periodic structure."""
    radii = rng.lognormal(0.0, settings.spread, settings.grains)
    return power_diagram.fitted(radii**2 / np.mean(radii**2), rng)
