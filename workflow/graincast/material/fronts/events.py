"""What happens to a boundary that has become short: nothing, a flip (T1), or the end of a grain beside it (T2).

A grain with two or three corners vanishes when its area falls below what its shortest possible boundaries enclose.
A flip that would make a grain its own neighbour (it meets itself around the periodic box, or around others) opens that
neck instead: the grain becomes one, the grains on either hand part. So a grain may lie in several pieces, and `sides`
counts the boundaries of all: what may happen to a piece is told by the corners of its own contour. A piece that holds
others of its own contours, around islands, waits until these are gone. A contour around a cluster, joined to nothing
else, has no more corners than a grain that vanishes: the cluster goes as a whole, to the grain around it.
"""

import math

import numpy as np
from numpy.typing import NDArray

from graincast.base.compiled import kernel
from graincast.material.fronts.front import CLUSTERS, COLLAPSES, FLIPS, LENSES, LOOPS, NECKS, POSTPONED, Front
from graincast.material.fronts.topology import (
    can_dissolve,
    collapse_triangle,
    dissolve,
    flip,
    remove_boundary,
    remove_cluster,
    remove_lens,
)
from graincast.material.fronts.walking import (
    cluster_within,
    contour_area,
    corners,
    current_length,
    holds_nothing,
    is_of_lens,
)

NEW_LENGTH = 1.2  # of a flipped boundary, over the length below which boundaries flip
NEAR = 3.0  # a boundary shorter than this many times that length may border a vanishing grain
LEAST_TRIANGLE, LEAST_LENS, LEAST_LOOP = 3.0, 1.0, 3.0  # areas over that length squared


@kernel
def settle(front: Front, chosen: NDArray[np.int64], flip_length: float) -> None:
    """Let happen what is due at the chosen boundaries."""
    points, starts, counts, sides = front.points, front.starts, front.counts, front.sides
    near = NEAR * flip_length
    for boundary in chosen:
        if counts[boundary] == 2:  # most of them: this is looked at very often
            row = starts[boundary]
            dx, dy = points[row + 1, 0] - points[row, 0], points[row + 1, 1] - points[row, 1]
            square = dx * dx + dy * dy
            few = min(sides[front.grains[boundary, 0]], sides[front.grains[boundary, 1]]) <= 3
            if square < flip_length * flip_length or (few and square < near * near):
                _settle_one(front, boundary, math.sqrt(square), flip_length)
        elif counts[boundary] > 0 and front.length[boundary] < 4 * near:
            few = min(sides[front.grains[boundary, 0]], sides[front.grains[boundary, 1]]) <= 3
            if few or front.length[boundary] < 2 * flip_length:
                _settle_one(front, boundary, current_length(front, boundary), flip_length)


@kernel
def _settle_one(front: Front, boundary: int, length: float, flip_length: float) -> None:
    """Let happen what is due at a boundary of the given length."""
    unit = flip_length * flip_length
    if front.ends[boundary, 0] < 0:
        area = contour_area(front, 2 * boundary)
        if abs(area) < LEAST_LOOP * unit and holds_nothing(front, 2 * boundary + (area < 0.0), 1):
            remove_boundary(front, boundary)
            front.events[LOOPS] += 1
        return
    vanished = length < NEAR * flip_length and _vanishes(front, boundary, unit)
    if not vanished and length < flip_length and length < front.former[boundary]:
        _exchange(front, boundary, flip_length)


@kernel
def _vanishes(front: Front, boundary: int, unit: float) -> bool:
    """Whether a grain beside the boundary, a piece of one, or the cluster it belongs to was so small that it went.

    The grain around a cluster has a contour of negative area. So has a grain that was turned inside out: it goes last.
    """
    found = corners(front, 2 * boundary, 3), corners(front, 2 * boundary + 1, 3)
    if min(found) > 3:
        return False
    for back in range(2):
        if found[back] <= 3 and _piece_vanishes(front, 2 * boundary + back, found[back], unit, 1.0):
            return True
    for back in range(2):
        if found[back] <= 3 and _cluster_vanishes(front, 2 * boundary + back, unit):
            return True
    for back in range(2):
        in_one_piece = found[back] <= 3 and found[back] == front.sides[front.grains[boundary, back]]
        if in_one_piece and _piece_vanishes(front, 2 * boundary + back, found[back], unit, -1.0):
            return True
    return False


@kernel
def _piece_vanishes(front: Front, half_edge: int, found: int, unit: float, sign: float) -> bool:
    """Whether what lies left of `half_edge`, with two or three corners found, was taken out; sign -1: inside out."""
    area = sign * contour_area(front, half_edge)
    due = 0.0 <= area < (LEAST_TRIANGLE if found == 3 else LEAST_LENS) * unit
    if not due or not holds_nothing(front, half_edge, found):
        return False
    if found == 3:
        collapse_triangle(front, half_edge)
        front.events[COLLAPSES] += 1
        return True
    if can_dissolve(front, half_edge >> 1):
        remove_lens(front, half_edge)
        front.events[LENSES] += 1
        return True
    return False


@kernel
def _cluster_vanishes(front: Front, half_edge: int, unit: float) -> bool:
    """Whether all that the contour left of `half_edge` runs around was taken out."""
    if not -LEAST_LOOP * unit < contour_area(front, half_edge) < 0.0:
        return False
    members = cluster_within(front, half_edge)
    remove_cluster(front, members)
    front.events[CLUSTERS] += len(members) > 0
    return len(members) > 0


@kernel
def _exchange(front: Front, boundary: int, flip_length: float) -> None:
    """Flip a boundary that shrinks, unless that would leave a contour beside it with one corner."""
    if is_of_lens(front, boundary):
        front.events[POSTPONED] += 1
        return
    if not can_dissolve(front, boundary) or not flip(front, boundary, NEW_LENGTH * flip_length):
        front.events[POSTPONED] += 1
    elif front.grains[boundary, 0] == front.grains[boundary, 1]:
        dissolve(front, boundary)
        front.events[NECKS] += 1
    else:
        front.events[FLIPS] += 1


@kernel
def spacing_for(front: Front, segment: float) -> float:
    """Length of a segment: `segment` times the side of the mean grain that is left."""
    grains = 0
    for sides in front.sides:
        if sides > 0:
            grains += 1
    return segment * math.sqrt(front.width * front.height / max(grains, 1))
