"""Intervals of means: the structures are the sample, so they are what is drawn again."""

import numpy as np
from numpy.typing import NDArray

DRAWS = 2000


def bootstrap_interval(
    values: NDArray[np.float64], rng: np.random.Generator, level: float = 0.95
) -> tuple[float, float]:
    """Percentile interval of the mean of `values`, one value a structure."""
    draws = rng.integers(len(values), size=(DRAWS, len(values)))
    means = np.asarray(values)[draws].mean(axis=1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
