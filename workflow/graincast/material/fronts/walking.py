"""Walking over the moving network: arms of a junction, the way around a grain, lengths and areas as they are now."""

import math

import numpy as np
from numpy.typing import NDArray

from graincast.base.compiled import kernel
from graincast.material.fronts.front import Front

MOST_OF_CLUSTER = 64  # boundaries


@kernel
def step_of(points, starts, counts, half_edge):  # type: ignore[no-untyped-def]  # short for the hot loops
    """First step of a half-edge, away from its junction."""
    boundary, back = half_edge >> 1, half_edge & 1
    row = starts[boundary] + back * (counts[boundary] - 1)
    beside = row + 1 - 2 * back
    return points[beside, 0] - points[row, 0], points[beside, 1] - points[row, 1]


@kernel
def arm_step(front: Front, half_edge: int) -> tuple[float, float]:
    """First step of a half-edge, away from its junction."""
    return step_of(front.points, front.starts, front.counts, half_edge)


@kernel
def shift_end(front: Front, half_edge: int, ux: float, uy: float) -> None:
    """Shift the end of a boundary at which `half_edge` leaves."""
    shift_end_of(front.points, front.starts, front.counts, half_edge, ux, uy)


@kernel
def shift_end_of(points, starts, counts, half_edge, ux, uy):  # type: ignore[no-untyped-def]  # as step_of
    row = starts[half_edge >> 1] + (half_edge & 1) * (counts[half_edge >> 1] - 1)
    points[row, 0] += ux
    points[row, 1] += uy


@kernel
def positive_turning(ax: float, ay: float, bx: float, by: float) -> float:
    """Angle from direction a to direction b, counter-clockwise, in 0 .. 2 pi."""
    angle = math.atan2(ax * by - ay * bx, ax * bx + ay * by)
    return angle + 2.0 * math.pi if angle < 0.0 else angle


@kernel
def slot_of(front: Front, junction: int, half_edge: int) -> int:
    """Which arm of `junction` the half-edge is."""
    for slot in range(2):
        if front.arms[junction, slot] == half_edge:
            return slot
    return 2


@kernel
def next_half_edge(front: Front, half_edge: int) -> int:
    """The half-edge that follows around the grain on its left."""
    head = front.ends[half_edge >> 1, 1 - (half_edge & 1)]
    slot = slot_of(front, head, half_edge ^ 1)
    return front.arms[head, (slot + 2) % 3]


@kernel
def corners(front: Front, half_edge: int, most: int) -> int:
    """Number of corners of the contour around the grain on the left; `most` + 1 if there are more than `most`."""
    walker = half_edge
    for count in range(1, most + 1):
        walker = next_half_edge(front, walker)
        if walker == half_edge:
            return count
    return most + 1


@kernel
def is_of_lens(front: Front, boundary: int) -> bool:
    """Whether a contour beside the boundary has two corners: that of a lens, or that around two grains."""
    return corners(front, 2 * boundary, 2) <= 2 or corners(front, 2 * boundary + 1, 2) <= 2


@kernel
def holds_nothing(front: Front, half_edge: int, members: int) -> bool:
    """Whether a contour of so many boundaries encloses no other of the grain on its left, as an island's would be.

    Others that begin within half its length of where it begins are taken as enclosed.
    """
    grain = front.grains[half_edge >> 1, half_edge & 1]
    if front.sides[grain] == members:
        return True
    second = next_half_edge(front, half_edge) if members > 1 else half_edge
    third = next_half_edge(front, second) if members > 2 else second
    reach = 0.5 * current_length(front, half_edge >> 1)
    if members > 1:
        reach += 0.5 * current_length(front, second >> 1)
    if members > 2:
        reach += 0.5 * current_length(front, third >> 1)
    for boundary in range(len(front.counts)):
        of_grain = front.grains[boundary, 0] == grain or front.grains[boundary, 1] == grain
        if front.counts[boundary] == 0 or not of_grain or boundary in (half_edge >> 1, second >> 1, third >> 1):
            continue
        if _begins_within(front, boundary, half_edge >> 1, reach):
            return False
    return True


@kernel
def _begins_within(front: Front, boundary: int, other: int, reach: float) -> bool:
    """Whether a boundary, in any copy of the box, begins so near to where another one does."""
    dx = front.points[front.starts[boundary], 0] - front.points[front.starts[other], 0]
    dy = front.points[front.starts[boundary], 1] - front.points[front.starts[other], 1]
    dx -= front.width * math.floor(dx / front.width + 0.5)
    dy -= front.height * math.floor(dy / front.height + 0.5)
    return dx * dx + dy * dy <= reach * reach


@kernel
def contour_area(front: Front, half_edge: int) -> float:
    """Area that the contour on the left of `half_edge` encloses; infinite where it winds around the box."""
    closed = front.ends[half_edge >> 1, 0] < 0
    x, y, twice = 0.0, 0.0, 0.0
    walker = half_edge
    while True:
        boundary = walker >> 1
        begin, count = front.starts[boundary], front.counts[boundary]
        row, step = (begin + count - 1, -1) if walker & 1 else (begin, 1)
        for _ in range(count - 1):
            nx = x + front.points[row + step, 0] - front.points[row, 0]
            ny = y + front.points[row + step, 1] - front.points[row, 1]
            twice += x * ny - nx * y
            x, y = nx, ny
            row += step
        if closed:
            break
        walker = next_half_edge(front, walker)
        if walker == half_edge:
            break
    if abs(x) > 0.5 * front.width or abs(y) > 0.5 * front.height:
        return math.inf
    return 0.5 * twice


@kernel
def cluster_within(front: Front, half_edge: int) -> NDArray[np.int64]:
    """Boundaries of the cluster that the contour on the left of `half_edge` runs around; none if it runs around none.

    They are joined to nothing else, and of all their contours this one encloses most, the other way around. None too
    where the grains between them hold others.
    """
    members = np.empty(MOST_OF_CLUSTER, np.int64)
    members[0] = half_edge >> 1
    found, seen = 1, 0
    while seen < found:
        for end in range(2):
            for slot in range(3):
                beside = front.arms[front.ends[members[seen], end], slot] >> 1
                if np.all(members[:found] != beside):
                    if found == MOST_OF_CLUSTER:
                        return members[:0]
                    members[found] = beside
                    found += 1
        seen += 1
    least = 1.001 * contour_area(front, half_edge)
    for boundary in members[:found]:
        for other in (2 * boundary, 2 * boundary + 1):
            if not least < contour_area(front, other) < math.inf:
                return members[:0]
    around = front.grains[half_edge >> 1, half_edge & 1]
    return members[:0] if _hold_others(front, members[:found], around) else members[:found]


@kernel
def _hold_others(front: Front, members: NDArray[np.int64], around: int) -> bool:
    """Whether a grain of the cluster has other contours near by: within half the length of all its boundaries."""
    reach = 0.0
    for member in members:
        reach += 0.5 * current_length(front, member)
    for boundary in range(len(front.counts)):
        if front.counts[boundary] == 0 or np.any(members == boundary):
            continue
        if _begins_within(front, boundary, members[0], reach):
            for grain in front.grains[boundary]:
                if grain != around and np.any(front.grains[members] == grain):
                    return True
    return False


@kernel
def current_length(front: Front, boundary: int) -> float:
    """Length of a boundary as it is now."""
    begin = front.starts[boundary]
    length = 0.0
    for row in range(begin, begin + front.counts[boundary] - 1):
        dx = front.points[row + 1, 0] - front.points[row, 0]
        dy = front.points[row + 1, 1] - front.points[row, 1]
        length += math.sqrt(dx * dx + dy * dy)
    return length


@kernel
def chord_of(front: Front, half_edge: int) -> tuple[float, float]:
    """From the junction that a half-edge leaves to the one that it reaches."""
    boundary = half_edge >> 1
    begin = front.starts[boundary]
    last = begin + front.counts[boundary] - 1
    dx, dy = front.points[last, 0] - front.points[begin, 0], front.points[last, 1] - front.points[begin, 1]
    if half_edge & 1:
        return -dx, -dy
    return dx, dy
