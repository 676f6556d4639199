"""How nodes and junctions move: every one sweeps exactly the area that the law gives it.

Curvature flow with k = M gamma moves a boundary so that it sweeps area at k times the angle through which it turns.
An inner node moves along the normal of the chord between its neighbours so that it sweeps k times its turning angle;
along the chord it slides to keep segments alike, which sweeps nothing. A junction of equal boundaries moves so that
each of its three grains gains k (phi - 2 pi / 3), phi being the grain's angle there: two equations (the third is their
sum) for two components. Summed around a grain with n corners this is dA/dt = (pi / 3) k (n - 6) at any resolution.

Where the three boundaries differ in k or in energy the junction balances forces instead: the pull, sum gamma_i t_i, is
opposed by the drag of the half segments that it drags along, sum l_i / (2 M_i) n_i n_i^T (lumped Galerkin). It comes
to rest at Herring's angles.

Reference: von Neumann 1952, Mullins 1956; for the junction's drag, Kinderlehrer, Livshits and Ta'asan 2006.
"""

import math

import numpy as np
from numpy.typing import NDArray

from graincast.compiled import kernel
from graincast.fronts.front import Front

SLIDE = 0.05  # part of the difference of its two segments that a node slides in one step
STEEPEST = 0.4  # sine of an angle up to which it is taken from a series
CLOSEST = 0.4  # of a segment: how far a junction may go along it at once, lest it meets one that comes its way
HALF_ROOT_3 = math.sqrt(0.75)


@kernel
def small_angle(sine: float) -> float:
    """Arc sine of up to STEEPEST, to 1e-7 of it."""
    square = sine * sine
    tail = 5.0 / 112.0 + square * (35.0 / 1152.0 + square * (63.0 / 2816.0))
    return sine * (1.0 + square * (1.0 / 6.0 + square * (3.0 / 40.0 + square * tail)))


@kernel
def node_step(
    ax: float, ay: float, bx: float, by: float, swept_per_angle: float, farthest: float
) -> tuple[float, float]:
    """Displacement, at most `farthest`, of a node between the segments (ax, ay) before it and (bx, by) behind it."""
    gx, gy = ax + bx, ay + by
    a, b = math.sqrt(ax * ax + ay * ay), math.sqrt(bx * bx + by * by)
    chord = gx * gx + gy * gy + 1e-300
    angle = math.atan2(ax * by - ay * bx, ax * bx + ay * by)
    across = 2.0 * swept_per_angle * angle / chord
    across *= 1.0 + min(angle * across, 0.1)
    along = SLIDE * (b - a) / (a + b + 1e-300)
    return bounded(along * gx - across * gy, along * gy + across * gx, farthest)


@kernel
def bounded(x: float, y: float, farthest: float) -> tuple[float, float]:
    """A vector, shortened to `farthest` if it is longer."""
    square = x * x + y * y
    if square > farthest * farthest:
        shrink = farthest / math.sqrt(square)
        return x * shrink, y * shrink
    return x, y


@kernel
def plan_boundaries(
    front: Front, chosen: NDArray[np.int64], duration: float, farthest: float, plan: NDArray[np.float64]
) -> None:
    """Put into the rows of `plan` how far each point of the chosen boundaries goes, none farther than `farthest`.

    Length and shortest segment of each boundary are noted on the way. This is the hottest loop of all: it does what
    `node_step` does for small angles and without a bound, and leaves the few boundaries that need more to `plan_line`.
    """
    points, starts, counts, ends = front.points, front.start, front.count, front.ends
    for boundary in chosen:
        if counts[boundary] == 0:
            continue
        begin, last = starts[boundary], starts[boundary] + counts[boundary] - 1
        swept = 2.0 * front.drive[boundary] * duration
        nx, ny = points[begin + 1, 0], points[begin + 1, 1]
        ax, ay = nx - points[begin, 0], ny - points[begin, 1]
        a = math.sqrt(ax * ax + ay * ay)
        length, shortest, steepest, least_dot, longest = a, a, 0.0, 1.0, 0.0
        for row in range(begin + 1, last):
            x, y = nx, ny
            nx, ny = points[row + 1, 0], points[row + 1, 1]
            bx, by = nx - x, ny - y
            b = math.sqrt(bx * bx + by * by)
            length += b
            shortest = min(shortest, b)
            gx, gy = ax + bx, ay + by
            chord, product, both = gx * gx + gy * gy + 1e-300, a * b + 1e-300, a + b
            inverse = 1.0 / (chord * product * both)  # one division for three
            sine = (ax * by - ay * bx) * (inverse * chord * both)
            square = sine * sine
            tail = 5.0 / 112.0 + square * (35.0 / 1152.0 + square * (63.0 / 2816.0))
            angle = sine * (1.0 + square * (1.0 / 6.0 + square * (3.0 / 40.0 + square * tail)))
            across = angle * swept * (inverse * product * both)
            across *= 1.0 + angle * across  # its neighbours go with it: a bent strip holds less than its length times width
            along = SLIDE * (b - a) * (inverse * product * chord)
            ux, uy = along * gx - across * gy, along * gy + across * gx
            plan[row, 0], plan[row, 1] = ux, uy
            steepest = max(steepest, square)
            least_dot = min(least_dot, ax * bx + ay * by)
            longest = max(longest, ux * ux + uy * uy)
            ax, ay, a = bx, by, b
        front.length[boundary] = length
        front.shortest[boundary] = shortest
        closed = ends[boundary, 0] < 0
        if closed or steepest > STEEPEST**2 or least_dot < 0.0 or longest > farthest * farthest:
            plan_line(points[begin : last + 1], closed, 0.5 * swept, farthest, plan[begin : last + 1])


@kernel
def plan_line(
    line: NDArray[np.float64], closed: bool, swept: float, farthest: float, plan: NDArray[np.float64]
) -> None:
    """Steps of the inner points of one polyline, and of the seam of a closed one."""
    last = len(line) - 1
    for row in range(1, last):
        plan[row, 0], plan[row, 1] = node_step(
            line[row, 0] - line[row - 1, 0],
            line[row, 1] - line[row - 1, 1],
            line[row + 1, 0] - line[row, 0],
            line[row + 1, 1] - line[row, 1],
            swept,
            farthest,
        )
    if closed:
        plan[0, 0], plan[0, 1] = node_step(
            line[last, 0] - line[last - 1, 0],
            line[last, 1] - line[last - 1, 1],
            line[1, 0] - line[0, 0],
            line[1, 1] - line[0, 1],
            swept,
            farthest,
        )


@kernel
def move_boundaries(front: Front, chosen: NDArray[np.int64], share: float, plan: NDArray[np.float64]) -> None:
    """Move the chosen boundaries by a share of what is planned for them."""
    points, starts, counts, ends = front.points, front.start, front.count, front.ends
    for boundary in chosen:
        begin, last = starts[boundary], starts[boundary] + counts[boundary] - 1
        for row in range(begin + 1, last):
            points[row, 0] += share * plan[row, 0]
            points[row, 1] += share * plan[row, 1]
        if last >= begin and ends[boundary, 0] < 0:
            for row in (begin, last):
                points[row, 0] += share * plan[begin, 0]
                points[row, 1] += share * plan[begin, 1]


@kernel
def step_of(points, starts, counts, half_edge):  # type: ignore[no-untyped-def]  # short for the hot loops
    """First step of a half-edge, away from its junction."""
    row = starts[half_edge >> 1]
    if half_edge & 1:
        row += counts[half_edge >> 1] - 1
        return points[row - 1, 0] - points[row, 0], points[row - 1, 1] - points[row, 1]
    return points[row + 1, 0] - points[row, 0], points[row + 1, 1] - points[row, 1]


@kernel
def arm_step(front: Front, half_edge: int) -> tuple[float, float]:
    """First step of a half-edge, away from its junction."""
    return step_of(front.points, front.start, front.count, half_edge)


@kernel
def shift_end(front: Front, half_edge: int, ux: float, uy: float) -> None:
    """Shift the end of a boundary at which `half_edge` leaves."""
    shift_end_of(front.points, front.start, front.count, half_edge, ux, uy)


@kernel
def shift_end_of(points, starts, counts, half_edge, ux, uy):  # type: ignore[no-untyped-def]  # as step_of
    row = starts[half_edge >> 1]
    if half_edge & 1:
        row += counts[half_edge >> 1] - 1
    points[row, 0] += ux
    points[row, 1] += uy


@kernel
def equal_step(ax, ay, bx, by, cx, cy, swept):  # type: ignore[no-untyped-def]  # seven floats
    """Displacement of a junction of equal boundaries, from its arms' first steps counter-clockwise; is it defined?

    The grain between arms p and q gains half the cross product of the displacement with p - q, and a strip along
    either arm that moves along: to first order the boundary next to the junction goes with it, across itself.
    """
    px, py, qx, qy = ax - bx, ay - by, bx - cx, by - cy
    twice_area = px * qy - py * qx
    a, b, c = ax * ax + ay * ay, bx * bx + by * by, cx * cx + cy * cy
    ab, bc = math.sqrt(a * b), math.sqrt(b * c)
    sound = twice_area > 0.25 * (ab + bc + math.sqrt(c * a))
    inverse = 1.0 / (ab * bc * c * twice_area + 1e-300)  # one division for all
    # arms p and q whose angle is 120 degrees and e have sin e = -sin(pq) / 2 - cos(pq) sqrt(3) / 2
    cross, dot = ax * by - ay * bx, ax * bx + ay * by
    sine_ab, cosine_ab = -0.5 * cross - HALF_ROOT_3 * dot, HALF_ROOT_3 * cross - 0.5 * dot
    cross, dot = bx * cy - by * cx, bx * cx + by * cy
    sine_bc, cosine_bc = -0.5 * cross - HALF_ROOT_3 * dot, HALF_ROOT_3 * cross - 0.5 * dot
    gain_ab, gain_bc = sine_ab * (inverse * bc * c * twice_area), sine_bc * (inverse * ab * c * twice_area)
    if cosine_ab > 0.0 and cosine_bc > 0.0 and max(abs(gain_ab), abs(gain_bc)) < STEEPEST:
        gain_ab, gain_bc = small_angle(gain_ab), small_angle(gain_bc)
    else:
        gain_ab, gain_bc = math.atan2(sine_ab, cosine_ab), math.atan2(sine_bc, cosine_bc)
    solve = inverse * ab * bc * c
    along_p, along_q = 2.0 * swept * gain_bc * solve, -2.0 * swept * gain_ab * solve
    ux, uy = along_p * px + along_q * qx, along_p * py + along_q * qy
    strip_a = (ux * ax + uy * ay) * (ax * uy - ay * ux) / a
    strip_b = (ux * bx + uy * by) * (bx * uy - by * ux) / b
    strip_c = (ux * cx + uy * cy) * (cx * uy - cy * ux) / c
    along_p, along_q = (strip_c - strip_b) * solve, (strip_a - strip_b) * solve
    return ux + along_p * px + along_q * qx, uy + along_p * py + along_q * qy, sound


@kernel
def balanced_velocity(front: Front, junction: int) -> tuple[float, float]:
    """Velocity of a junction whose boundaries pull with their energies against the drag of their half segments."""
    pull_x, pull_y, xx, xy, yy = 0.0, 0.0, 0.0, 0.0, 0.0
    for slot in range(3):
        half_edge = front.arms[junction, slot]
        energy = front.energy[half_edge >> 1]
        ax, ay = arm_step(front, half_edge)
        size = math.sqrt(ax * ax + ay * ay) + 1e-300
        tx, ty = ax / size, ay / size
        drag = 0.5 * size * energy / front.drive[half_edge >> 1]
        pull_x += energy * tx
        pull_y += energy * ty
        xx += drag * (ty * ty + 0.02)  # a little drag along the arm keeps three parallel arms solvable
        xy -= drag * tx * ty
        yy += drag * (tx * tx + 0.02)
    determinant = xx * yy - xy * xy
    return (yy * pull_x - xy * pull_y) / determinant, (xx * pull_y - xy * pull_x) / determinant


@kernel
def plan_junctions(
    front: Front, chosen: NDArray[np.int64], duration: float, farthest: float, plan: NDArray[np.float64]
) -> None:
    """Put into the rows of `plan` how far each of the chosen junctions goes, none farther than `farthest`."""
    points, starts, counts = front.points, front.start, front.count
    arms, drives, energies = front.arms, front.drive, front.energy
    for junction in chosen:
        h0, h1, h2 = arms[junction, 0], arms[junction, 1], arms[junction, 2]
        if h0 < 0:
            continue
        ax, ay = step_of(points, starts, counts, h0)
        bx, by = step_of(points, starts, counts, h1)
        cx, cy = step_of(points, starts, counts, h2)
        drive, energy = drives[h0 >> 1], energies[h0 >> 1]
        ux, uy, solved = equal_step(ax, ay, bx, by, cx, cy, drive * duration)
        solved &= drives[h1 >> 1] == drive and drives[h2 >> 1] == drive
        if not (solved and energies[h1 >> 1] == energy and energies[h2 >> 1] == energy):
            ux, uy = balanced_velocity(front, junction)
            ux, uy = ux * duration, uy * duration
        nearest = min(ax * ax + ay * ay, bx * bx + by * by, cx * cx + cy * cy)
        if ux * ux + uy * uy > min(farthest * farthest, CLOSEST**2 * nearest):
            ux, uy = bounded(ux, uy, min(farthest, CLOSEST * math.sqrt(nearest)))
        plan[junction, 0], plan[junction, 1] = ux, uy


@kernel
def move_junctions(front: Front, chosen: NDArray[np.int64], share: float, plan: NDArray[np.float64]) -> None:
    """Move the chosen junctions by a share of what is planned for them."""
    points, starts, counts, arms = front.points, front.start, front.count, front.arms
    for junction in chosen:
        if arms[junction, 0] >= 0:
            ux, uy = share * plan[junction, 0], share * plan[junction, 1]
            for slot in range(3):
                shift_end_of(points, starts, counts, arms[junction, slot], ux, uy)
