"""Stage 5, greys: one level a grain, by chance; some grains have exactly that of a neighbour, a tie."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graincast.material.grains.bordering import touching_pairs


@dataclass(frozen=True)
class Greys:
    lowest: float  # of 0..1
    highest: float
    ties: float  # share of the grains that have the grey of a neighbour

    def __post_init__(self) -> None:
        if not 0 <= self.lowest < self.highest <= 1 or not 0 <= self.ties <= 1:
            raise ValueError("expected 0 <= 'lowest' < 'highest' <= 1, and 'ties' in 0..1")


def levels(greys: Greys, labels: NDArray[np.int32], rng: np.random.Generator) -> NDArray[np.float64]:
    """The grey of each grain [grains]."""
    count = int(labels.max()) + 1
    found = rng.uniform(greys.lowest, greys.highest, count)
    tied, choice = rng.random(count) < greys.ties, rng.random(count)
    pairs = touching_pairs(labels)
    for grain in np.flatnonzero(tied).tolist():
        others = np.concatenate([pairs[pairs[:, 0] == grain, 1], pairs[pairs[:, 1] == grain, 0]])
        if len(others):
            found[grain] = found[others[int(choice[grain] * len(others))]]
    return found
