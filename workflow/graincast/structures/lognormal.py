"""Normal grain structure: equivalent radii follow a lognormal law."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graincast.structures import power_diagram


@dataclass(frozen=True)
class Settings:
    grains: int
    spread: float  # standard deviation of ln R

    def __post_init__(self) -> None:
        if self.grains < 2 or self.spread < 0:
            raise ValueError("a lognormal structure needs 2 grains or more and a spread of 0 or more")


def label_map(settings: Settings, width: int, rng: np.random.Generator) -> NDArray[np.int32]:
    """One periodic structure [width, width]."""
    return power_diagram.label_map(rng.lognormal(0.0, settings.spread, settings.grains), width, rng)
