"""The moving network: the arrays that the kernels change in place, with room to grow.

All boundaries share one pool of points. Boundary e owns pool rows starts[e] .. starts[e] + room[e] - 1 and uses the
first counts[e] of them, both its ends included; a boundary that is gone has a count of 0, a junction that is gone has
arms of -1. Conventions of direction, sides and arms are those of `networks.network`.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from graincast.base.compiled import kernel
from graincast.material.networks.network import Network

LEAST_SPACE = 2048  # rows of the pool beside twice those that are taken
SPARE = 1  # rows that a boundary may grow by before it has to move
# counts of what happened, in this order
FLIPS, COLLAPSES, LENSES, LOOPS, CLUSTERS, NECKS, POSTPONED, CRAMPED = range(8)


class Front(NamedTuple):
    width: float
    height: float
    points: NDArray[np.float64]  # [pool, 2]
    used: NDArray[np.int64]  # [1] rows of the pool that are taken
    starts: NDArray[np.int32]  # [boundaries]
    counts: NDArray[np.int32]  # [boundaries]
    room: NDArray[np.int32]  # [boundaries]
    ends: NDArray[np.int64]  # [boundaries, 2] junctions, -1 where closed
    grains: NDArray[np.int64]  # [boundaries, 2] left, right
    length: NDArray[np.float64]  # [boundaries] when it last moved
    shortest: NDArray[np.float64]  # [boundaries] shortest segment when it last moved
    former: NDArray[np.float64]  # [boundaries] length in the long step before, 0 for one that is new
    drive: NDArray[np.float64]  # [boundaries] mobility times energy
    energy: NDArray[np.float64]  # [boundaries]
    arms: NDArray[np.int64]  # [junctions, 3] half-edges that leave, counter-clockwise
    sides: NDArray[np.int64]  # [grains] boundaries around each, closed ones included
    kind: NDArray[np.int64]  # [grains] row and column of each grain in the two tables below
    drives: NDArray[np.float64]  # [kinds, kinds] mobility times energy between two kinds of grain
    energies: NDArray[np.float64]  # [kinds, kinds]
    events: NDArray[np.int64]  # [8] counts of what happened


def from_network(
    network: Network, kind: NDArray[np.int64], mobilities: NDArray[np.float64], energies: NDArray[np.float64]
) -> Front:
    """A moving copy of `network`; kind [grains] picks rows of the tables [kinds, kinds], whose unit is k = 1."""
    count = np.diff(network.first).astype(np.int32)
    room = count + SPARE
    start = np.concatenate([[0], np.cumsum(room)[:-1]]).astype(np.int32)
    points = np.zeros((2 * int(room.sum()) + LEAST_SPACE, 2))
    _copy_points(network.points, network.first, count, points, start)
    length, shortest = np.zeros(network.boundaries), np.full(network.boundaries, np.inf)
    _measure(points, start, count, length, shortest)
    drives = mobilities * energies
    pairs = kind[network.grains[:, 0]], kind[network.grains[:, 1]]
    return Front(
        width=float(network.box[0]),
        height=float(network.box[1]),
        points=points,
        used=np.array([room.sum()], np.int64),
        starts=start,
        counts=count,
        room=room,
        ends=network.ends.astype(np.int64),
        grains=network.grains.astype(np.int64),
        length=length,
        shortest=shortest,
        former=np.full(network.boundaries, np.inf),
        drive=drives[pairs],
        energy=energies[pairs],
        arms=network.arms.astype(np.int64),
        sides=np.bincount(network.grains.ravel(), minlength=network.grain_count).astype(np.int64),
        kind=kind.astype(np.int64),
        drives=drives,
        energies=energies.astype(np.float64),
        events=np.zeros(8, np.int64),
    )


def to_network(front: Front) -> Network:
    """The present state, without what is gone."""
    kept = np.flatnonzero(front.counts)
    living = np.flatnonzero(front.arms[:, 0] >= 0)
    new_junction = np.full(len(front.arms) + 1, -1, np.int64)  # the last row stands for "closed"
    new_junction[living] = np.arange(len(living))
    new_boundary = np.full(len(front.counts), -1, np.int64)
    new_boundary[kept] = np.arange(len(kept))
    count = front.counts[kept]
    first = np.concatenate([[0], np.cumsum(count)])
    points = np.empty((first[-1], 2))
    _copy_points(front.points, front.starts[kept], count, points, first)
    arms = front.arms[living]
    return Network(
        box=(front.width, front.height),
        grain_count=len(front.sides),
        points=points,
        first=first,
        grains=front.grains[kept].astype(np.int32),
        ends=new_junction[front.ends[kept]].astype(np.int32),
        arms=(2 * new_boundary[arms >> 1] + (arms & 1)).astype(np.int32),
    )


@kernel
def _copy_points(points, starts, counts, to, to_starts):  # type: ignore[no-untyped-def]  # rows of either width
    """Copy each boundary's points from its row of `points` on to its row of `to`."""
    for boundary in range(len(counts)):
        row, to_row = starts[boundary], to_starts[boundary]
        for step in range(counts[boundary]):
            to[to_row + step, 0], to[to_row + step, 1] = points[row + step, 0], points[row + step, 1]


@kernel
def _measure(points, starts, counts, length, shortest):  # type: ignore[no-untyped-def]
    """Add up each boundary's segments and find the shortest of them."""
    for boundary in range(len(counts)):
        for row in range(starts[boundary], starts[boundary] + counts[boundary] - 1):
            dx, dy = points[row + 1, 0] - points[row, 0], points[row + 1, 1] - points[row, 1]
            size = math.sqrt(dx * dx + dy * dy)
            length[boundary] += size
            shortest[boundary] = min(shortest[boundary], size)


def tidied(front: Front) -> Front:
    """The same front in fresh arrays: what is gone left out, boundaries one behind the other, room to grow."""
    fresh = from_network(to_network(front), front.kind, front.energies, front.energies)
    kept = np.flatnonzero(front.counts)
    return fresh._replace(
        length=front.length[kept],
        shortest=front.shortest[kept],
        former=front.former[kept],
        drive=front.drive[kept],
        energy=front.energy[kept],
        drives=front.drives,
        events=front.events.copy(),
    )


def copied(front: Front) -> Front:
    """A copy that can be gone back to."""
    arrays: dict[str, Any] = {
        name: part.copy() for name, part in front._asdict().items() if isinstance(part, np.ndarray)
    }
    return front._replace(**arrays)


@kernel
def rename_pair(front: Front, boundary: int) -> None:
    """Look up mobility and energy anew after a boundary came to part two other grains."""
    left, right = front.kind[front.grains[boundary, 0]], front.kind[front.grains[boundary, 1]]
    front.drive[boundary] = front.drives[left, right]
    front.energy[boundary] = front.energies[left, right]
