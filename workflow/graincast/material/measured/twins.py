"""Grains that are Sigma3 twins of each other.

Every pair of neighbouring points on two sides of a boundary is judged by itself, so a bent crystal is compared where it
meets its twin. Two grains are twins when more than half of their common boundary is Sigma3. Points that came to their
grain by cleaning say nothing about its orientation, and their pairs are left out.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from graincast.material.measured.orientations import Crystal, sigma3
from graincast.material.measured.regions import neighbours

TWINNED = 0.5  # share of the common boundary above which two grains are twins


@dataclass(frozen=True)
class Borders:
    """Pairs of grains that share a boundary."""

    one: NDArray[np.int64]  # [pairs] number of a grain, below that of the other
    other: NDArray[np.int64]  # [pairs]
    edges: NDArray[np.int64]  # [pairs] pairs of points across the boundary that say something
    twinned: NDArray[np.int64]  # [pairs] those that are Sigma3

    @property
    def share(self) -> float:
        """Share of all boundary between grains that is Sigma3."""
        return float(self.twinned.sum() / max(1, self.edges.sum()))

    def among(self, chosen: NDArray[np.bool_]) -> "Borders":
        """Those between two of the chosen grains [grains]."""
        kept = chosen[self.one] & chosen[self.other]
        return Borders(self.one[kept], self.other[kept], self.edges[kept], self.twinned[kept])


def borders(
    labels: NDArray[np.int32],
    turned: NDArray[np.float32],
    phase: NDArray[np.int16],
    own: NDArray[np.bool_],
    crystals: dict[int, Crystal],
) -> Borders:
    """Boundaries between the grains of a map, from the points that have an orientation of their `own` grain."""
    grain, points, phases, sure = labels.ravel(), turned.reshape(-1, 4), phase.ravel(), own.ravel()
    count = int(grain.max()) + 1
    codes, twinned = [np.empty(0, np.int64)], [np.empty(0, bool)]
    for _, one, other in neighbours(labels.shape):
        across = (grain[one] != grain[other]) & sure[one] & sure[other]
        one, other = one[across], other[across]
        is_twin = np.zeros(len(one), bool)
        for number, crystal in crystals.items():
            both = (phases[one] == number) & (phases[other] == number)
            is_twin[both] = sigma3(points[one[both]], points[other[both]], crystal)
        ends = np.sort(np.stack([grain[one], grain[other]]).astype(np.int64), axis=0)
        codes.append(ends[0] * count + ends[1])
        twinned.append(is_twin)
    pairs, inverse, edges = np.unique(np.concatenate(codes), return_inverse=True, return_counts=True)
    of_twins = np.bincount(inverse[np.concatenate(twinned)], minlength=len(pairs))
    return Borders(pairs // count, pairs % count, edges, of_twins)


def merged(found: Borders, grains: int) -> NDArray[np.int32]:
    """The number from 0 that each grain [grains] has once twins, and twins of twins, are one grain."""
    twins = found.twinned > TWINNED * found.edges
    joined = coo_matrix((np.ones(twins.sum()), (found.one[twins], found.other[twins])), shape=(grains, grains))
    numbers: NDArray[np.int32] = connected_components(joined, directed=False)[1]
    return numbers
