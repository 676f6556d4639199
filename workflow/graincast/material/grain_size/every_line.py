"""The mean intercept along every row, column and diagonal of a map: what test lines sample, and how it has directions.

Neighbouring pixels of two grains are a crossing, and those of one direction are as long a line as all steps between
them. Stereology ties the mean over directions to the length of boundary per area L_A: l = pi / (2 L_A) (Underwood,
Quantitative Stereology, 1970). The ratio of the longest to the shortest is the anisotropy index.
"""

import math

import numpy as np
from numpy.typing import NDArray

DIRECTIONS = (0, 45, 90, 135)  # degrees from the rows, to the right, counter-clockwise as a map is looked at


def mean_intercepts(labels: NDArray[np.integer]) -> dict[int, float]:
    """Mean intercepts in pixels by direction; where nothing is crossed, the length of all lines."""
    neighbours = {
        0: (labels[:, :-1], labels[:, 1:]),
        45: (labels[1:, :-1], labels[:-1, 1:]),
        90: (labels[1:], labels[:-1]),
        135: (labels[:-1, :-1], labels[1:, 1:]),
    }
    crossed = {direction: int(np.count_nonzero(one != other)) for direction, (one, other) in neighbours.items()}
    return {
        direction: one.size * (math.sqrt(2) if direction % 90 else 1.0) / max(crossed[direction], 1)
        for direction, (one, _) in neighbours.items()
    }


def direction_ratio(intercepts: dict[int, float]) -> float:
    """The longest mean intercept over the shortest."""
    return max(intercepts.values()) / min(intercepts.values())
