"""Abnormal start: one giant grain of a given size ratio in a fine matrix."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graincast.structures import power_diagram


@dataclass(frozen=True)
class Settings:
    grains: int  # of the matrix; the giant is one more
    size_ratio: float  # radius of the giant over the mean radius of the matrix
    spread: float  # standard deviation of ln R in the matrix

    def __post_init__(self) -> None:
        if self.grains < 2 or self.size_ratio <= 1 or self.spread < 0:
            raise ValueError("an abnormal structure needs 2 grains or more and size_ratio > 1")


def label_map(settings: Settings, width: int, rng: np.random.Generator) -> NDArray[np.int32]:
    """One periodic structure [width, width]; the giant has label 0."""
    matrix = rng.lognormal(0.0, settings.spread, settings.grains)
    return power_diagram.label_map(np.append(matrix, settings.size_ratio * matrix.mean()), width, rng)
