"""A periodic network of grain boundaries: polylines that meet three by three at junctions.

Convention: the box is [0, width) x [0, height) and periodic. A boundary is a polyline whose points are unwrapped, so
its steps are plain differences and it may leave the box. It has one grain on its left and one on its right, and starts
and ends at a junction, or is closed: then both its junctions are -1 and its last point repeats its first.
Half-edge 2 e runs along boundary e, half-edge 2 e + 1 runs back. Three half-edges leave a junction, counter-clockwise.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Network:
    box: tuple[float, float]  # width, height
    grain_count: int  # of the labels 0 .. grain_count - 1 that a grain may have; some may be gone
    points: NDArray[np.float64]  # [points, 2] x and y, boundary after boundary
    first: NDArray[np.int64]  # [boundaries + 1] boundary e is points[first[e] : first[e + 1]]
    grains: NDArray[np.int32]  # [boundaries, 2] left and right
    ends: NDArray[np.int32]  # [boundaries, 2] junctions at its start and at its end
    arms: NDArray[np.int32]  # [junctions, 3] half-edges that leave it, counter-clockwise

    @property
    def boundaries(self) -> int:
        return len(self.grains)

    @property
    def present(self) -> NDArray[np.int32]:
        """Grains that the network holds, ascending."""
        return np.flatnonzero(np.bincount(self.grains.ravel())).astype(np.int32)


def from_boundaries(
    box: tuple[float, float],
    grain_count: int,
    polylines: list[NDArray[np.float64]],
    grains: NDArray[np.int32],
    ends: NDArray[np.int32],
) -> Network:
    """The network of the given polylines; the order of the arms at each junction is found from their directions."""
    first = np.concatenate([[0], np.cumsum([len(line) for line in polylines])]).astype(np.int64)
    points = np.concatenate(polylines).astype(np.float64)
    return Network(box, grain_count, points, first, grains, ends, ordered_arms(points, first, ends))


def ordered_arms(points: NDArray[np.float64], first: NDArray[np.int64], ends: NDArray[np.int32]) -> NDArray[np.int32]:
    """Half-edges [junctions, 3] that leave each junction, counter-clockwise by their first steps."""
    leaving = points[first[:-1] + 1] - points[first[:-1]]
    returning = points[first[1:] - 2] - points[first[1:] - 1]
    steps = np.stack([leaving, returning], axis=1).reshape(-1, 2)
    junction = ends.ravel()
    half_edges = np.flatnonzero(junction >= 0)
    angle = np.arctan2(steps[half_edges, 1], steps[half_edges, 0])
    order = np.lexsort((angle, junction[half_edges]))
    if np.any(np.bincount(junction[half_edges]) != 3):
        raise ValueError("every junction of a network joins three boundaries")
    return half_edges[order].reshape(-1, 3).astype(np.int32)


def arms_between(grains: NDArray[np.int32], ends: NDArray[np.int32]) -> NDArray[np.int32]:
    """The same from the grains alone: each arm's left grain is the next one's right. No two of the three are one."""
    junction = ends.ravel()
    half_edges = np.flatnonzero(junction >= 0)
    arms = half_edges[np.argsort(junction[half_edges], kind="stable")].reshape(-1, 3)
    left, right = grains[arms >> 1, arms & 1], grains[arms >> 1, 1 - (arms & 1)]
    swapped = right[:, 1] != left[:, 0]
    arms[swapped, 1:] = arms[swapped, :0:-1]
    return arms.astype(np.int32)
