"""Scores of grains as things that are found, lost, cut up or taken together.

A grain is found where a predicted one has more than half of their union (so none is found twice). Average precision at
0.5, as it is counted for cells: found / (found + true that are not + predicted that are not) (Stringer et al., Nature
Methods 18, 100, 2021). A true boundary is closed where the two grains that it parts are, each by most of its pixels, of
two predicted grains: a gap of one pixel opens the whole boundary.
"""

import numpy as np
from numpy.typing import NDArray

from graincast.material.grains.geometry import contingency

HALF = 0.5


def average_precision(predicted: NDArray[np.integer], truth: NDArray[np.integer]) -> float:
    """Of two maps [...] of grains from 0, over grains that have a pixel."""
    table = contingency(predicted, truth)
    in_predicted, in_truth = (np.bincount(labels, table.pixels) for labels in (table.one, table.other))
    union = in_predicted[table.one] + in_truth[table.other] - table.pixels
    found = int(np.sum(table.pixels > HALF * union))
    either = np.count_nonzero(in_predicted) + np.count_nonzero(in_truth)
    return found / (either - found)


def mostly(predicted: NDArray[np.integer], truth: NDArray[np.integer]) -> NDArray[np.int64]:
    """The predicted grain that has most of each true one [grains 0..max]; -1 of one without a pixel."""
    table = contingency(predicted, truth)
    order = np.argsort(table.pixels, kind="stable")
    found = np.full(int(truth.max()) + 1, -1)
    found[table.other[order]] = table.one[order]
    return found


def closed(predicted: NDArray[np.integer], truth: NDArray[np.integer], pairs: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Whether the boundary between each two true grains [pairs, 2] is closed [pairs]."""
    by = mostly(predicted, truth)
    return np.asarray(by[pairs[:, 0]] != by[pairs[:, 1]])
