"""A periodic triangulation of weighted seeds, held as half-edges: the dual of a power (Laguerre) diagram.

Half-edge h = 3 t + k runs along side k of triangle t, which lies on its left. Each triangle has a frame of its own:
`shift[h]` says by how many boxes the seed `origin[h]` is moved in it, so that one seed may stand at several corners of
a triangle and two seeds may be neighbours more than once. The triangulation is regular when no seed lies inside the
power circle of a neighbouring triangle; flips of edges lead there from any regular triangulation of nearby weights.
Reference: Edelsbrunner & Shah, Algorithmica 15 (1996) 223.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from graincast.base.compiled import kernel

ROUNDING = 1e-12  # relative; a circle that a seed enters by less counts as empty
SWEEPS = 100


class Seeds(NamedTuple):
    side: float  # of the square box
    position: NDArray[np.float64]  # [seeds, 2] within the box
    weight: NDArray[np.float64]  # [seeds] the power of x is |x - position|^2 - weight


class Mesh(NamedTuple):
    origin: NDArray[np.int32]  # [half-edges] seed at its start
    shift: NDArray[np.int32]  # [half-edges, 2] boxes by which that seed is moved
    twin: NDArray[np.int32]  # [half-edges] the same edge, seen from the other side


@kernel
def after(h: int) -> int:
    """The next half-edge of the triangle, counter-clockwise."""
    return h - 2 if h % 3 == 2 else h + 1


@kernel
def before(h: int) -> int:
    """The previous half-edge of the triangle."""
    return h + 2 if h % 3 == 0 else h - 1


@kernel
def corner(mesh: Mesh, seeds: Seeds, h: int) -> tuple[float, float]:
    """Where half-edge h starts, in the frame of its triangle."""
    seed = mesh.origin[h]
    x = seeds.position[seed, 0] + mesh.shift[h, 0] * seeds.side
    y = seeds.position[seed, 1] + mesh.shift[h, 1] * seeds.side
    return x, y


@kernel
def crossing(mesh: Mesh, h: int) -> tuple[int, int]:
    """Boxes to add to a shift in the frame beyond half-edge h to have it in the frame of h."""
    here, there = after(h), mesh.twin[h]
    return mesh.shift[here, 0] - mesh.shift[there, 0], mesh.shift[here, 1] - mesh.shift[there, 1]


@kernel
def opposite(mesh: Mesh, seeds: Seeds, h: int) -> tuple[float, float]:
    """The far corner of the triangle beyond half-edge h, in the frame of h."""
    x, y = corner(mesh, seeds, before(mesh.twin[h]))
    boxes_x, boxes_y = crossing(mesh, h)
    return x + boxes_x * seeds.side, y + boxes_y * seeds.side


@kernel
def turn(ax: float, ay: float, bx: float, by: float, cx: float, cy: float) -> float:
    """Twice the area of the triangle a, b, c; positive when counter-clockwise."""
    return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)


@kernel
def is_illegal(mesh: Mesh, seeds: Seeds, h: int) -> bool:
    """Does the seed beyond half-edge h lie inside the power circle of the triangle of h?"""
    dx, dy = opposite(mesh, seeds, h)
    own = seeds.weight[mesh.origin[before(mesh.twin[h])]]
    ax, ay = corner(mesh, seeds, h)
    bx, by = corner(mesh, seeds, after(h))
    cx, cy = corner(mesh, seeds, before(h))
    ax, ay, bx, by, cx, cy = ax - dx, ay - dy, bx - dx, by - dy, cx - dx, cy - dy
    a, b, c = ax * ax + ay * ay, bx * bx + by * by, cx * cx + cy * cy
    size = a + b + c
    a += own - seeds.weight[mesh.origin[h]]
    b += own - seeds.weight[mesh.origin[after(h)]]
    c += own - seeds.weight[mesh.origin[before(h)]]
    inside = a * (bx * cy - by * cx) + b * (cx * ay - cy * ax) + c * (ax * by - ay * bx)
    illegal: bool = inside > ROUNDING * size * size
    return illegal


@kernel
def can_flip(mesh: Mesh, seeds: Seeds, h: int) -> bool:
    """Do the two triangles at half-edge h form a convex quadrangle?"""
    ax, ay = corner(mesh, seeds, h)
    bx, by = corner(mesh, seeds, after(h))
    cx, cy = corner(mesh, seeds, before(h))
    dx, dy = opposite(mesh, seeds, h)
    least = ROUNDING * ((bx - ax) ** 2 + (by - ay) ** 2 + (cx - dx) ** 2 + (cy - dy) ** 2)
    return turn(dx, dy, bx, by, cx, cy) > least and turn(cx, cy, ax, ay, dx, dy) > least


@kernel
def join(mesh: Mesh, h: int, g: int) -> None:
    """Make two half-edges each other's twin."""
    mesh.twin[h] = g
    mesh.twin[g] = h


@kernel
def move_corner(mesh: Mesh, h: int, source: int, boxes_x: int, boxes_y: int) -> None:
    """Let half-edge h start where `source` starts, moved by some boxes."""
    mesh.origin[h] = mesh.origin[source]
    mesh.shift[h, 0] = mesh.shift[source, 0] + boxes_x
    mesh.shift[h, 1] = mesh.shift[source, 1] + boxes_y


@kernel
def flip(mesh: Mesh, h: int) -> None:
    """Replace the edge a-b between triangles a, b, c (of h) and b, a, d by d-c; h then runs from d to b."""
    g = mesh.twin[h]
    to_c, to_d = before(h), before(g)
    boxes_x, boxes_y = crossing(mesh, h)
    outer_d, outer_c = mesh.twin[to_d], mesh.twin[to_c]
    move_corner(mesh, h, to_d, boxes_x, boxes_y)
    move_corner(mesh, g, to_c, -boxes_x, -boxes_y)
    if outer_d == to_c:  # the sides d-b and c-a are one edge of the torus
        join(mesh, h, g)
    else:
        join(mesh, h, outer_d)
        join(mesh, g, outer_c)
    join(mesh, to_c, to_d)


@kernel
def flip_all(mesh: Mesh, seeds: Seeds) -> tuple[int, int]:
    """Flip each illegal edge once where that can be done; the number of flips and of edges where it cannot."""
    flips, stuck = 0, 0
    for h in range(len(mesh.twin)):
        if h < mesh.twin[h] and is_illegal(mesh, seeds, h):
            if can_flip(mesh, seeds, h):
                flip(mesh, h)
                flips += 1
            else:
                stuck += 1
    return flips, stuck


@kernel
def repair(mesh: Mesh, seeds: Seeds) -> bool:
    """Flip until the triangulation is regular; False where that fails, as it does when a cell has become empty."""
    for _ in range(SWEEPS):
        flips, stuck = flip_all(mesh, seeds)
        if flips == 0:
            return stuck == 0
    return False
