"""How boundaries move: every node sweeps exactly the area that the law gives it.

Curvature flow with k = M gamma moves a boundary so that it sweeps area at k times the angle through which it turns.
A node moves along the normal of the chord between its neighbours so that it sweeps k times its turning angle; along the
chord it slides to keep segments alike, which sweeps nothing. Summed around a grain with n corners, whose junctions
(`joints`) do the same, this is dA/dt = (pi / 3) k (n - 6) at any resolution.

Reference: von Neumann 1952, Mullins 1956.
"""

import math

import numpy as np
from numpy.typing import NDArray

from graincast.base.compiled import kernel
from graincast.material.fronts.front import Front

SLIDE = 0.05  # part of the difference of its two segments that a node slides in one step
CLOSEST = 0.4  # of a segment: how far its ends may go along it at once, lest they pass each other
STEEPEST = 0.4  # sine of an angle up to which it is taken from a series


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
    far = min(farthest, CLOSEST * min(a, b))
    return bounded(along * gx - across * gy, along * gy + across * gx, far)


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
    points, starts, counts, ends = front.points, front.starts, front.counts, front.ends
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
            across *= (
                1.0 + angle * across
            )  # its neighbours go with it: a bent strip holds less than its length times width
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
    points, starts, counts, ends = front.points, front.starts, front.counts, front.ends
    for boundary in chosen:
        begin, last = starts[boundary], starts[boundary] + counts[boundary] - 1
        for row in range(begin + 1, last):
            points[row, 0] += share * plan[row, 0]
            points[row, 1] += share * plan[row, 1]
        if last >= begin and ends[boundary, 0] < 0:
            for row in range(begin, last + 1, last - begin):  # its seam, which it holds twice
                points[row, 0] += share * plan[begin, 0]
                points[row, 1] += share * plan[begin, 1]
