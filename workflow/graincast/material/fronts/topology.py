"""Changes of the network's topology, and walking around a grain. Conventions: `networks.network`.

Every change keeps the network valid: three arms at each junction in counter-clockwise order, the left grain of an arm
is the right grain of the next, and no boundary has the same grain on both sides.
"""

import math

import numpy as np
from numpy.typing import NDArray

from graincast.base.compiled import kernel
from graincast.material.fronts.front import CRAMPED, SPARE, Front, rename_pair
from graincast.material.fronts.walking import arm_step, chord_of, next_half_edge, positive_turning, shift_end, slot_of

CLEAR = 0.4  # of its arms' first segments: how far a junction may jump in a flip, lest it lands beyond them


@kernel
def has_space(front: Front, rows: int) -> bool:
    """Whether the pool has so many rows left."""
    return front.used[0] + rows <= front.points.shape[0]


@kernel
def remove_boundary(front: Front, boundary: int) -> None:
    """Take a boundary out of the lists; its junctions are left to the caller."""
    front.counts[boundary] = 0
    front.sides[front.grains[boundary, 0]] -= 1
    front.sides[front.grains[boundary, 1]] -= 1


@kernel
def join(front: Front, junction: int, one: int, other: int) -> None:
    """Take out a junction of which only the arms `one` and `other` are left: they become one boundary."""
    kept, gone = one >> 1, other >> 1
    front.arms[junction, 0] = front.arms[junction, 1] = front.arms[junction, 2] = -1
    if kept == gone:  # a boundary that came back to this junction: it closes
        front.ends[kept, 0] = front.ends[kept, 1] = -1
        return
    begin = front.used[0]
    end = _copy_reversed(front, one, begin)
    end = _copy_onward(front, other, end)
    far_one, far_other = front.ends[kept, 1 - (one & 1)], front.ends[gone, 1 - (other & 1)]
    slot_one, slot_other = slot_of(front, far_one, one ^ 1), slot_of(front, far_other, other ^ 1)
    front.arms[far_one, slot_one] = 2 * kept
    front.arms[far_other, slot_other] = 2 * kept + 1
    left, right = front.grains[kept, 1 - (one & 1)], front.grains[kept, one & 1]
    front.counts[gone] = 0
    front.sides[left] -= 1
    front.sides[right] -= 1
    front.grains[kept, 0], front.grains[kept, 1] = left, right
    front.ends[kept, 0], front.ends[kept, 1] = far_one, far_other
    front.starts[kept], front.counts[kept] = begin, end - begin
    front.room[kept] = end - begin + SPARE
    front.used[0] = end + SPARE
    front.shortest[kept] = 0.0


@kernel
def _copy_reversed(front: Front, half_edge: int, to: int) -> int:
    """Copy a half-edge's points, its far end first; the row behind the last one."""
    boundary = half_edge >> 1
    begin, count = front.starts[boundary], front.counts[boundary]
    for index in range(count):
        row = begin + index if half_edge & 1 else begin + count - 1 - index
        front.points[to + index, 0] = front.points[row, 0]
        front.points[to + index, 1] = front.points[row, 1]
    return to + count


@kernel
def _copy_onward(front: Front, half_edge: int, to: int) -> int:
    """Append a half-edge's points but its first, which is the point before row `to`, shifted to fit."""
    boundary = half_edge >> 1
    begin, count = front.starts[boundary], front.counts[boundary]
    row = begin + count - 1 if half_edge & 1 else begin
    step = -1 if half_edge & 1 else 1
    dx = front.points[to - 1, 0] - front.points[row, 0]
    dy = front.points[to - 1, 1] - front.points[row, 1]
    for index in range(count - 1):
        row += step
        front.points[to + index, 0] = front.points[row, 0] + dx
        front.points[to + index, 1] = front.points[row, 1] + dy
    return to + count - 1


@kernel
def can_dissolve(front: Front, boundary: int) -> bool:
    """Whether the pool has space for the boundaries that become one when this one is taken out; if not, note it."""
    rows = 0
    for end in range(2):
        for slot in range(3):
            rows += front.counts[front.arms[front.ends[boundary, end], slot] >> 1] + SPARE
    if has_space(front, 2 * rows):
        return True
    front.events[CRAMPED] += 1
    return False


@kernel
def dissolve(front: Front, boundary: int) -> None:
    """Take out a boundary that parts one grain from itself, and both its junctions."""
    remove_boundary(front, boundary)
    for end in range(2):
        junction = front.ends[boundary, end]
        slot = slot_of(front, junction, 2 * boundary + end)
        join(front, junction, front.arms[junction, (slot + 1) % 3], front.arms[junction, (slot + 2) % 3])


@kernel
def remove_lens(front: Front, half_edge: int) -> None:
    """Let a grain with two corners, on the left of `half_edge`, go to the neighbour across it."""
    boundary = half_edge >> 1
    lens, heir = front.grains[boundary, half_edge & 1], front.grains[boundary, 1 - (half_edge & 1)]
    other = next_half_edge(front, half_edge)
    front.grains[other >> 1, other & 1] = heir
    front.sides[lens] -= 1
    front.sides[heir] += 1
    rename_pair(front, other >> 1)
    dissolve(front, boundary)


@kernel
def remove_cluster(front: Front, members: NDArray[np.int64]) -> None:
    """Let all grains of a cluster go to the one around it: take out its boundaries and junctions."""
    for boundary in members:
        for end in range(2):
            junction = front.ends[boundary, end]
            front.arms[junction, 0] = front.arms[junction, 1] = front.arms[junction, 2] = -1
        remove_boundary(front, boundary)


@kernel
def collapse_triangle(front: Front, half_edge: int) -> None:
    """Let a grain with three corners, on the left of `half_edge`, vanish into one junction at its middle."""
    first = half_edge
    second = next_half_edge(front, first)
    third = next_half_edge(front, second)
    ux, uy = chord_of(front, first)
    vx, vy = chord_of(front, third)
    mx, my = (ux - vx) / 3.0, (uy - vy) / 3.0  # from the first corner to the middle
    kept = front.ends[first >> 1, first & 1]
    outer = (_outer_arm(front, first), _outer_arm(front, second), _outer_arm(front, third))
    shift_end(front, outer[0], mx, my)
    shift_end(front, outer[1], mx - ux, my - uy)
    shift_end(front, outer[2], mx + vx, my + vy)
    for slot in range(3):
        junction = front.ends[outer[slot] >> 1, outer[slot] & 1]
        if junction != kept:
            front.arms[junction, 0] = front.arms[junction, 1] = front.arms[junction, 2] = -1
    for slot in range(3):
        front.ends[outer[slot] >> 1, outer[slot] & 1] = kept
        front.arms[kept, slot] = outer[slot]
        front.shortest[outer[slot] >> 1] = 0.0
    for inner in (first, second, third):
        remove_boundary(front, inner >> 1)


@kernel
def _outer_arm(front: Front, half_edge: int) -> int:
    """The arm, at the junction that `half_edge` leaves, which does not border the grain on its left."""
    junction = front.ends[half_edge >> 1, half_edge & 1]
    return front.arms[junction, (slot_of(front, junction, half_edge) + 2) % 3]


@kernel
def flip(front: Front, boundary: int, new_length: float) -> bool:
    """T1: the grains on either side of a short boundary part, those at its ends meet. False: arms would cross."""
    a, b = front.ends[boundary, 0], front.ends[boundary, 1]
    slot_a, slot_b = slot_of(front, a, 2 * boundary), slot_of(front, b, 2 * boundary + 1)
    a1, a2 = front.arms[a, (slot_a + 1) % 3], front.arms[a, (slot_a + 2) % 3]
    b1, b2 = front.arms[b, (slot_b + 1) % 3], front.arms[b, (slot_b + 2) % 3]
    dx, dy = chord_of(front, 2 * boundary)
    size = math.sqrt(dx * dx + dy * dy)
    if size == 0.0:
        return False
    half = 0.5 * new_length
    for arm in (a1, a2, b1, b2):
        step_x, step_y = arm_step(front, arm)
        half = min(half, CLEAR * math.sqrt(step_x * step_x + step_y * step_y))
    for _ in range(5):
        nx, ny = -dy / size * half, dx / size * half
        # from the middle, the new a stands at +n between the arms b2 and a1, the new b at -n between a2 and b1
        if _in_order(front, -nx, -ny, b2, nx - 0.5 * dx, ny - 0.5 * dy, a1, nx + 0.5 * dx, ny + 0.5 * dy) and _in_order(
            front, nx, ny, a2, 0.5 * dx - nx, 0.5 * dy - ny, b1, -0.5 * dx - nx, -0.5 * dy - ny
        ):
            _rewire(front, boundary, nx, ny, (a1, a2, b1, b2))
            return True
        half *= 0.5
    return False


@kernel
def _in_order(front, ex, ey, one, one_x, one_y, other, other_x, other_y):  # type: ignore[no-untyped-def]
    """Whether e and the arms `one` and `other`, whose junctions shift as given, leave counter-clockwise."""
    px, py = arm_step(front, one)
    qx, qy = arm_step(front, other)
    px, py, qx, qy = px - one_x, py - one_y, qx - other_x, qy - other_y
    return positive_turning(ex, ey, px, py) + positive_turning(px, py, qx, qy) < 2 * math.pi


@kernel
def _rewire(front: Front, boundary: int, nx: float, ny: float, arms: tuple[int, int, int, int]) -> None:
    """Turn a boundary by a right angle about its middle: from middle + n to middle - n."""
    a, b = front.ends[boundary, 0], front.ends[boundary, 1]
    a1, a2, b1, b2 = arms
    dx, dy = chord_of(front, 2 * boundary)
    begin = front.starts[boundary]
    middle_x, middle_y = front.points[begin, 0] + 0.5 * dx, front.points[begin, 1] + 0.5 * dy
    beyond_a, beyond_b = front.grains[a1 >> 1, a1 & 1], front.grains[b1 >> 1, b1 & 1]
    shift_end(front, a1, 0.5 * dx + nx, 0.5 * dy + ny)
    shift_end(front, b2, nx - 0.5 * dx, ny - 0.5 * dy)
    shift_end(front, a2, 0.5 * dx - nx, 0.5 * dy - ny)
    shift_end(front, b1, -0.5 * dx - nx, -0.5 * dy - ny)
    front.points[begin, 0], front.points[begin, 1] = middle_x + nx, middle_y + ny
    front.points[begin + 1, 0], front.points[begin + 1, 1] = middle_x - nx, middle_y - ny
    front.counts[boundary] = 2
    front.ends[b2 >> 1, b2 & 1] = a
    front.ends[a2 >> 1, a2 & 1] = b
    front.arms[a, 0], front.arms[a, 1], front.arms[a, 2] = 2 * boundary, b2, a1
    front.arms[b, 0], front.arms[b, 1], front.arms[b, 2] = 2 * boundary + 1, a2, b1
    front.sides[front.grains[boundary, 0]] -= 1
    front.sides[front.grains[boundary, 1]] -= 1
    front.grains[boundary, 0], front.grains[boundary, 1] = beyond_b, beyond_a
    front.sides[beyond_a] += 1
    front.sides[beyond_b] += 1
    rename_pair(front, boundary)
    for changed in arms:
        front.shortest[changed >> 1] = 0.0
    front.shortest[boundary] = 0.0
    front.length[boundary] = 2.0 * math.sqrt(nx * nx + ny * ny)
    front.former[boundary] = 0.0  # it is new: it must shrink before it may flip again


@kernel
def dissolve_inner(front: Front) -> bool:
    """Take out all boundaries with the same grain on both sides. False: the pool ran out of space."""
    for boundary in range(len(front.counts)):
        if front.counts[boundary] > 0 and front.grains[boundary, 0] == front.grains[boundary, 1]:
            if front.ends[boundary, 0] < 0:
                remove_boundary(front, boundary)
            elif can_dissolve(front, boundary):
                dissolve(front, boundary)
            else:
                return False
    return True
