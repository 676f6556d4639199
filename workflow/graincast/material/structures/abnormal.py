"""Abnormal start: one giant grain of a given size ratio in a fine matrix.

The giant is grain 0. The mean grain area, over all grains and so with the giant, is 1.
"""

from dataclasses import dataclass

import numpy as np

from graincast.material.networks.network import Network
from graincast.material.structures import power_diagram

DESCRIPTION = "Abnormal start: one giant grain of a given size ratio in a fine matrix."


@dataclass(frozen=True)
class Settings:
    grains: int  # of the matrix; the giant is one more
    size_ratio: float  # radius of the giant over the mean radius of the matrix
    spread: float  # standard deviation of ln R in the matrix

    def __post_init__(self) -> None:
        if self.grains < 2 or self.size_ratio <= 1 or self.spread < 0:
            raise ValueError("an abnormal structure needs 2 grains or more and size_ratio > 1")


def network(settings: Settings, rng: np.random.Generator) -> Network:
    """One periodic structure; the giant is grain 0."""
    matrix = rng.lognormal(0.0, settings.spread, settings.grains)
    radii = np.append(settings.size_ratio * matrix.mean(), matrix)
    return power_diagram.fitted(radii**2 / np.mean(radii**2), rng)
