"""Two-point probability of a phase: the chance that two voxels at a distance are both of it.

It starts at the volume fraction f and falls to about f^2; its slope at 0 along an axis is minus the share of neighbours
that the interface parts, over 2 (Torquato, Random Heterogeneous Materials, 2002). Every pair of voxels of the volume
counts once, so windows of any size agree on average, and far pairs are fewer and less sure.
"""

from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graincast.scoring.pair_counts import marked_pairs
from graincast.scoring.two_phase import AXES, checked_reach

Floats = NDArray[np.float64]


def two_point_probability(volume: NDArray[Any], reach: int) -> dict[str, Floats]:
    """Chance [reach + 1] at distances of 0 .. reach voxels, by axis and "radial", which is over all directions.

    The radial one takes pairs whose distance rounds to that number.
    """
    both = marked_pairs(checked_reach(volume, reach), False, reach)
    pairs = _pairs(volume.shape, reach)
    centre = both.shape[0] // 2
    found = {}
    for name, axis in AXES.items():
        line = tuple(slice(centre, None) if at == axis else centre for at in range(3))
        found[name] = both[line] / pairs[line]
    shell = _distance(reach)
    total = [np.bincount(shell.ravel(), each.ravel())[: reach + 1] for each in (both, pairs)]
    return {**found, "radial": total[0] / total[1]}


def _pairs(shape: tuple[int, ...], reach: int) -> Floats:
    """Number of pairs [2 reach + 1] * 3 of voxels of a volume by their displacement."""
    apart = np.abs(np.arange(-reach, reach + 1))
    return np.asarray(reduce(np.multiply.outer, [float(side) - apart for side in shape]))


def _distance(reach: int) -> NDArray[np.int64]:
    """Displacements [2 reach + 1] * 3 as whole distances."""
    squares = np.arange(-reach, reach + 1) ** 2
    return np.rint(np.sqrt(reduce(np.add.outer, [squares] * 3))).astype(np.int64)
