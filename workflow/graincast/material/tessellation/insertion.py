"""The regular triangulation of weighted seeds on the torus, seed by seed.

Each seed splits the triangle that holds it, and flips around it make the triangulation regular again. The order is
random in rounds that double, and along a Z-curve within a round, so that the walk to the next triangle is short.
References: Edelsbrunner & Shah, Algorithmica 15 (1996) 223; Amenta, Choi & Rote, SoCG 2003, 211 (the order).
"""

import numpy as np
from numpy.typing import NDArray

from graincast.base.compiled import kernel
from graincast.material.tessellation.mesh import (
    Mesh,
    Seeds,
    after,
    can_flip,
    corner,
    crossing,
    flip,
    is_illegal,
    join,
    move_corner,
    repair,
    turn,
)
from graincast.material.tessellation.z_curve import z_order

WALK = 6  # steps a seed; no walk through a regular triangulation is longer than its triangles are many


def triangulated(seeds: Seeds) -> Mesh | None:
    """The regular triangulation, or None when the weights leave a cell empty."""
    mesh = _empty(len(seeds.weight))
    return mesh if insert_all(mesh, seeds, _insertion_order(seeds)) else None


def _insertion_order(seeds: Seeds) -> NDArray[np.int64]:
    """All seeds, in rounds of 1, 2, 4, 8, ... seeds."""
    rounds = np.frexp(np.arange(1, len(seeds.weight) + 1))[1]
    return np.lexsort((z_order(seeds.position / seeds.side), rounds))


def _empty(seeds: int) -> Mesh:
    """Room for the triangulation of so many seeds."""
    half_edges = 6 * seeds
    return Mesh(np.empty(half_edges, np.int32), np.empty((half_edges, 2), np.int32), np.empty(half_edges, np.int32))


@kernel
def insert_all(mesh: Mesh, seeds: Seeds, order: NDArray[np.int64]) -> bool:
    """Fill an empty mesh; False when a seed has no cell."""
    start_with(mesh, order[0])
    h = 0
    for count in range(1, len(order)):
        h, boxes_x, boxes_y = holder(mesh, seeds, h, order[count], WALK * (count + 1))
        if h < 0:
            return False
        split(mesh, h, 6 * count, order[count], boxes_x, boxes_y)
        settle(mesh, seeds, h)
    return repair(mesh, seeds)


@kernel
def start_with(mesh: Mesh, seed: int) -> None:
    """One seed and its images: the box in two triangles."""
    mesh.origin[:6] = seed
    mesh.shift[:6] = 0
    mesh.shift[1, 0] = mesh.shift[2, 0] = mesh.shift[4, 0] = 1
    mesh.shift[2, 1] = mesh.shift[4, 1] = mesh.shift[5, 1] = 1
    join(mesh, 0, 4)
    join(mesh, 1, 5)
    join(mesh, 2, 3)


@kernel
def holder(mesh: Mesh, seeds: Seeds, h: int, seed: int, steps: int) -> tuple[int, int, int]:
    """First half-edge of the triangle that holds a seed, and the seed's shift there; -1 when the walk from h fails."""
    x, y = corner(mesh, seeds, h)
    boxes_x = round((x - seeds.position[seed, 0]) / seeds.side)
    boxes_y = round((y - seeds.position[seed, 1]) / seeds.side)
    sides_passed = 0
    while sides_passed < 3:
        if steps == 0:
            return -1, 0, 0
        if lies_beyond(mesh, seeds, h, seed, boxes_x, boxes_y):
            moved_x, moved_y = crossing(mesh, h)
            boxes_x, boxes_y = boxes_x - moved_x, boxes_y - moved_y
            h = mesh.twin[h]
            sides_passed = 0
        h = after(h)
        sides_passed += 1
        steps -= 1
    return h - h % 3, boxes_x, boxes_y


@kernel
def lies_beyond(mesh: Mesh, seeds: Seeds, h: int, seed: int, boxes_x: int, boxes_y: int) -> bool:
    """Does the shifted seed lie to the right of half-edge h?"""
    ax, ay = corner(mesh, seeds, h)
    bx, by = corner(mesh, seeds, after(h))
    x = seeds.position[seed, 0] + boxes_x * seeds.side
    y = seeds.position[seed, 1] + boxes_y * seeds.side
    return turn(ax, ay, bx, by, x, y) < 0


@kernel
def split(mesh: Mesh, h: int, new: int, seed: int, boxes_x: int, boxes_y: int) -> None:
    """Put a seed into the triangle a, b, c of h, which becomes a, b, seed; b, c, seed and c, a, seed are new."""
    other = new + 3
    copy_side(mesh, h + 1, new)
    copy_side(mesh, h + 2, other)
    move_corner(mesh, new + 1, other, 0, 0)
    move_corner(mesh, other + 1, h, 0, 0)
    for apex in (h + 2, new + 2, other + 2):
        mesh.origin[apex] = seed
        mesh.shift[apex, 0] = boxes_x
        mesh.shift[apex, 1] = boxes_y
    join(mesh, h + 1, new + 2)
    join(mesh, new + 1, other + 2)
    join(mesh, other + 1, h + 2)


@kernel
def copy_side(mesh: Mesh, source: int, h: int) -> None:
    """Let half-edge h take the place of another."""
    move_corner(mesh, h, source, 0, 0)
    join(mesh, h, mesh.twin[source])


@kernel
def settle(mesh: Mesh, seeds: Seeds, h: int) -> None:
    """Flip sides of the star around a new seed, the apex of h, until a whole round of it shows none to flip."""
    degree, kept = 3, 0
    while kept < degree <= len(mesh.twin):
        if is_illegal(mesh, seeds, h) and can_flip(mesh, seeds, h):
            flip(mesh, h)
            degree += 1  # or other than 1 where a seed meets its own images; the repair at the end sees to those
            kept = 0
        else:
            h = after(mesh.twin[after(h)])
            kept += 1
