"""How junctions move: each of the three grains gains exactly the area that the law gives it there.

A junction of equal boundaries moves so that each of its grains gains k (phi - 2 pi / 3), phi being the grain's angle
there: two equations (the third is their sum) for two components. Where the three boundaries differ in k or in energy it
balances forces instead: the pull, sum gamma_i t_i, is opposed by the drag of the half segments that it drags along,
sum l_i / (2 M_i) n_i n_i^T (lumped Galerkin). It comes to rest at Herring's angles.

Reference: von Neumann 1952, Mullins 1956; for the junction's drag, Kinderlehrer, Livshits and Ta'asan 2006.
"""

import math

import numpy as np
from numpy.typing import NDArray

from graincast.base.compiled import kernel
from graincast.material.fronts.front import Front
from graincast.material.fronts.motion import CLOSEST, STEEPEST, bounded, small_angle
from graincast.material.fronts.walking import arm_step, shift_end_of, step_of

HALF_ROOT_3 = math.sqrt(0.75)


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
    points, starts, counts = front.points, front.starts, front.counts
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
    points, starts, counts, arms = front.points, front.starts, front.counts, front.arms
    for junction in chosen:
        if arms[junction, 0] >= 0:
            ux, uy = share * plan[junction, 0], share * plan[junction, 1]
            for slot in range(3):
                shift_end_of(points, starts, counts, arms[junction, slot], ux, uy)
