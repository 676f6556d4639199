"""Chances that mean what they say: of all that are given a chance of 0.7, seven in ten are so.

Platt's scaling (1999): the calibrated log-odds are a line of those that are said, found by maximum likelihood, with two
made-up cases, one of each outcome, so that it stays finite where all are told apart.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LEAST = 1e-4  # chance, and 1 less it: log-odds beyond say nothing more
ITERATIONS = 50
BINS = np.linspace(0, 1, 11)


def log_odds(chance: NDArray[np.floating]) -> Floats:
    """Of chances, within bounds."""
    within = np.clip(np.asarray(chance, float), LEAST, 1 - LEAST)
    return np.asarray(np.log(within / (1 - within)))


def fitted(chance: NDArray[np.floating], so: NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and shift of the line, from chances that were said and whether it was so, both [cases]."""
    x = np.concatenate([log_odds(chance), [0.0, 0.0]])
    design = np.column_stack([x, np.ones_like(x)])
    y = np.concatenate([so.astype(float), [0.0, 1.0]])
    line = np.array([1.0, 0.0])
    for _ in range(ITERATIONS):
        said = _chance(design @ line)
        weight = np.maximum(said * (1 - said), 1e-9)
        step = np.linalg.solve((design * weight[:, None]).T @ design, design.T @ (y - said))
        line = line + step * min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-12))
        if np.abs(step).max() < 1e-9:
            break
    return float(line[0]), float(line[1])


def calibrated(chance: NDArray[np.floating], line: tuple[float, float]) -> Floats:
    """Chances that mean what they say."""
    return _chance(line[0] * log_odds(chance) + line[1])


def reliability(chance: NDArray[np.floating], so: NDArray[np.bool_]) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Mean chance, share that is so and number of cases of each bin of chances [bins] that has any."""
    index = np.clip(np.digitize(chance, BINS) - 1, 0, len(BINS) - 2)
    count = np.bincount(index, minlength=len(BINS) - 1)
    some = count > 0
    mean, share = (np.bincount(index, np.asarray(values, float), len(BINS) - 1) for values in (chance, so))
    return mean[some] / count[some], share[some] / count[some], count[some]


def _chance(log_odds: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -30, 30))))
