"""The march through time: long steps for most of the network, short ones where boundaries are short.

Moving a node is stable while the step is below a part of its shortest segment squared. So each boundary and each
junction has a level: one of level l takes 2^l steps where level 0 takes one long step. The law holds while all turning
angles belong to one state. So a step is planned from the state at its beginning, and whoever has neighbours of finer
level goes its way in equal parts, as many as the finest of them takes steps: whoever plans sees all at the same time.
What is due at short boundaries (`events`) is looked for after each of their steps.
"""

import math

import numpy as np
from numpy.typing import NDArray

from graincast.base.compiled import kernel
from graincast.material.fronts.events import settle, spacing_for
from graincast.material.fronts.front import CRAMPED, Front
from graincast.material.fronts.joints import move_junctions, plan_junctions
from graincast.material.fronts.motion import move_boundaries, plan_boundaries
from graincast.material.fronts.remeshing import remesh
from graincast.material.fronts.walking import step_of

LONG_STEP = 0.2  # over spacing squared
STABLE = 0.5  # longest step over shortest segment squared, for nodes within a boundary
STABLE_JUNCTION = 0.7  # the same for junctions
SHRINKS = 0.7  # a short segment's square may fall by this times the long step, within it
FLIP_LENGTH = 0.4  # length below which a boundary flips, over spacing
SHRINKS_INSIDE = 0.2  # the same where a segment ends at no junction that could come nearer
DEEPEST = 5
LEVELS = DEEPEST + 1
IN_CACHE = 2048  # boundaries of a share, which the cache holds until their junctions' turn comes
FARTHEST = 0.35  # that anything moves at once, over the flip length; the law asks for less but next to an event


@kernel
def march(
    front: Front, now: float, until: float, segment: float, caution: float, most_steps: int
) -> tuple[float, bool]:
    """March to time `until`, at most so many long steps. (time reached, whether the pool of points has space left)."""
    spacing = spacing_for(front, segment)
    fastest = max(1.0, front.drives.max())
    plan, junction_plan = np.zeros_like(front.points), np.zeros((len(front.arms), 2))
    cramped = front.events[CRAMPED]
    for step in range(most_steps):
        if now >= until:
            return now, True
        if step % 8 == 0:
            spacing = spacing_for(front, segment)
        if step % 2 == 0 and not remesh(front, spacing):
            return now, False
        duration = min(caution * LONG_STEP * spacing * spacing / fastest, until - now)
        long_step(front, duration, FLIP_LENGTH * spacing, caution, fastest, plan, junction_plan)
        now = now + duration if duration < until - now else until
        if front.events[CRAMPED] > cramped:  # something that was due waits for space
            return now, False
    return now, True


@kernel
def long_step(
    front: Front,
    duration: float,
    flip_length: float,
    caution: float,
    fastest: float,
    plan: NDArray[np.float64],
    junction_plan: NDArray[np.float64],
) -> None:
    """Move everything by `duration`; the plans are room to write in, a row a point and a row a junction.

    Boundaries and junctions that stand near each other are planned, and moved, in the same share of the lists.
    """
    boundary_rank, junction_rank = _ranks(front, duration * fastest, flip_length, caution)
    boundaries, first_boundary = _by_rank(boundary_rank)
    junctions, first_junction = _by_rank(junction_rank)
    farthest = FARTHEST * flip_length
    deepest = DEEPEST
    while deepest > 0 and first_boundary[deepest * LEVELS] == len(boundaries):
        if first_junction[deepest * LEVELS] < len(junctions):
            break
        deepest -= 1
    shares = 1 + len(boundaries) // IN_CACHE
    for tick in range(1 << deepest):
        for share in range(shares):
            for level in range(deepest + 1):
                if tick % (1 << (deepest - level)) == 0:
                    part, low, high = duration / (1 << level), level * LEVELS, (level + 1) * LEVELS
                    some = _share(boundaries, first_boundary[low], first_boundary[high], share, shares)
                    plan_boundaries(front, some, part, farthest, plan)
                    joints = _share(junctions, first_junction[low], first_junction[high], share, shares)
                    plan_junctions(front, joints, part, farthest, junction_plan)
        for share in range(shares):
            for level in range(deepest + 1):
                for finest in range(level, deepest + 1):
                    rank, fraction = level * LEVELS + finest, 1.0 / (1 << (finest - level))
                    if tick % (1 << (deepest - finest)) == 0:
                        some = _share(boundaries, first_boundary[rank], first_boundary[rank + 1], share, shares)
                        move_boundaries(front, some, fraction, plan)
                        joints = _share(junctions, first_junction[rank], first_junction[rank + 1], share, shares)
                        move_junctions(front, joints, fraction, junction_plan)
        for level in range(1, deepest + 1):
            if tick % (1 << (deepest - level)) == 0:
                low, high = level * LEVELS, (level + 1) * LEVELS
                settle(front, boundaries[first_boundary[low] : first_boundary[high]], flip_length)


@kernel
def _share(members: NDArray[np.int64], first: int, end: int, share: int, shares: int) -> NDArray[np.int64]:
    """Members `first` to before `end`, divided into so many shares: one of them."""
    return members[first + (end - first) * share // shares : first + (end - first) * (share + 1) // shares]


@kernel
def _ranks(
    front: Front, duration: float, flip_length: float, caution: float
) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """Level times LEVELS plus the finest level beside it, of every boundary and every junction; -1 for what is gone."""
    boundary_rank = np.full(len(front.counts), -1, np.int8)
    junction_rank = np.full(len(front.arms), -1, np.int8)
    points, starts, counts, arms = front.points, front.starts, front.counts, front.arms
    front.former[:] = front.length
    squares = _squares(duration, flip_length, caution * STABLE, SHRINKS_INSIDE)
    for boundary in range(len(counts)):
        if counts[boundary] > 0:
            boundary_rank[boundary] = _level(front.shortest[boundary] ** 2, squares)
    squares = _squares(duration, flip_length, caution * STABLE_JUNCTION, SHRINKS)
    for junction in range(len(arms)):
        if arms[junction, 0] >= 0:
            least = math.inf
            for slot in range(3):
                x, y = step_of(points, starts, counts, arms[junction, slot])
                least = min(least, x * x + y * y)
            level = _level(least, squares)
            junction_rank[junction] = level
            for slot in range(3):  # a boundary without inner points is watched as often as its ends move
                boundary = arms[junction, slot] >> 1
                if counts[boundary] == 2:
                    boundary_rank[boundary] = max(boundary_rank[boundary], level)
    for boundary in range(len(counts)):
        if boundary_rank[boundary] > 0:
            boundary_rank[boundary] *= LEVELS + 1
    for junction in range(len(arms)):
        if arms[junction, 0] >= 0:
            level = finest = junction_rank[junction]
            for slot in range(3):
                boundary = arms[junction, slot] >> 1
                own = boundary_rank[boundary] // LEVELS
                finest = max(finest, own)
                boundary_rank[boundary] = max(boundary_rank[boundary], own * LEVELS + max(own, level))
            junction_rank[junction] = level * LEVELS + finest
    return boundary_rank, junction_rank


@kernel
def _squares(duration: float, flip_length: float, stable: float, shrinks: float) -> NDArray[np.float64]:
    """Square of the shortest segment from which on each level is fine enough."""
    squares = np.empty(DEEPEST + 1)
    for level in range(DEEPEST + 1):
        need = duration / (1 << level) / stable
        squares[level] = 0.0 if need < flip_length * flip_length else need + shrinks * duration
    squares[DEEPEST] = 0.0
    squares[0] = max(squares[0], flip_length * flip_length)  # events are looked for from level 1 on, in short steps too
    return squares


@kernel
def _level(square: float, squares: NDArray[np.float64]) -> int:
    """The coarsest level that is fine enough for a shortest segment whose square is given."""
    level = 0
    while square < squares[level]:
        level += 1
    return level


@kernel
def _by_rank(rank: NDArray[np.int8]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Indices sorted by rank, those of -1 left out, and where each rank begins."""
    first = np.zeros(LEVELS * LEVELS + 2, np.int64)
    for value in rank:
        first[value + 2] += 1
    first[1] = 0
    for index in range(1, len(first)):
        first[index] += first[index - 1]
    members = np.empty(first[-1], np.int64)
    fill = first.copy()
    for index in range(len(rank)):
        if rank[index] >= 0:
            members[fill[rank[index] + 1]] = index
            fill[rank[index] + 1] += 1
    return members, first[1:]
