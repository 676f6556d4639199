"""The cells of a power diagram, from its triangulation.

A junction of the diagram is the power centre of a triangle: its power to the three seeds is the same. The boundary
between the seeds a and b is straight and stands across the line a-b, at the share s = (d^2 + w_a - w_b) / (2 d^2) of
its length d. Each triangle holds one half of its length, l, as a signed distance, which adds s d l / 2 to the area of
a and (1 - s) d l / 2 to that of b; no cell needs to be walked around. The areas follow the weights at
dA_a / dw_b = - l / (2 d). Reference: Aurenhammer, Hoffmann & Aronov, Algorithmica 20 (1998) 61.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from graincast.base.compiled import kernel
from graincast.material.tessellation.mesh import Mesh, Seeds, after, before, corner


class Cells(NamedTuple):
    area: NDArray[np.float64]  # [seeds]
    moment: NDArray[np.float64]  # [seeds, 2] area times the way from the seed to the centroid of its cell
    slope: NDArray[np.float64]  # [half-edges] l / (2 d) of the half of the boundary on its side


def measured(mesh: Mesh, seeds: Seeds) -> Cells:
    """Areas, centroids and slopes of all cells."""
    count = len(seeds.weight)
    cells = Cells(np.zeros(count), np.zeros((count, 2)), np.empty(len(mesh.twin)))
    measure(mesh, seeds, cells)
    return cells


def power_centres(mesh: Mesh, seeds: Seeds) -> NDArray[np.float64]:
    """Junctions [triangles, 2], each in the frame of its triangle."""
    centres = np.empty((len(mesh.twin) // 3, 2))
    find_centres(mesh, seeds, centres)
    return centres


@kernel
def power_centre(mesh: Mesh, seeds: Seeds, h: int) -> tuple[float, float]:
    """The way from the start of half-edge h to the power centre of its triangle."""
    x, y = corner(mesh, seeds, h)
    bx, by = corner(mesh, seeds, after(h))
    cx, cy = corner(mesh, seeds, before(h))
    bx, by, cx, cy = bx - x, by - y, cx - x, cy - y
    weight = seeds.weight[mesh.origin[h]]
    b = (bx * bx + by * by + weight - seeds.weight[mesh.origin[after(h)]]) / 2
    c = (cx * cx + cy * cy + weight - seeds.weight[mesh.origin[before(h)]]) / 2
    area = bx * cy - by * cx
    return (b * cy - c * by) / area, (c * bx - b * cx) / area


@kernel
def find_centres(mesh: Mesh, seeds: Seeds, centres: NDArray[np.float64]) -> None:
    """Fill in the power centre of every triangle."""
    for triangle in range(len(centres)):
        x, y = corner(mesh, seeds, 3 * triangle)
        dx, dy = power_centre(mesh, seeds, 3 * triangle)
        centres[triangle, 0] = x + dx
        centres[triangle, 1] = y + dy


@kernel
def measure(mesh: Mesh, seeds: Seeds, cells: Cells) -> None:
    """Add what each triangle holds of the cells of its corners."""
    for first in range(0, len(mesh.twin), 3):
        x, y = power_centre(mesh, seeds, first)
        start_x, start_y = corner(mesh, seeds, first)
        for h in (first, first + 1, first + 2):
            ax, ay = corner(mesh, seeds, h)
            bx, by = corner(mesh, seeds, after(h))
            add_half_boundary(
                cells,
                h,
                mesh.origin[h],
                mesh.origin[after(h)],
                seeds.weight[mesh.origin[h]] - seeds.weight[mesh.origin[after(h)]],
                (bx - ax, by - ay),
                (start_x + x - ax, start_y + y - ay),
            )


@kernel
def add_half_boundary(
    cells: Cells,
    h: int,
    a: int,
    b: int,
    weight_difference: float,
    way: tuple[float, float],
    centre: tuple[float, float],
) -> None:
    """Add the part between a seed a, the next one at `way` from it and the power centre at `centre` from it."""
    square = way[0] * way[0] + way[1] * way[1]
    share = (square + weight_difference) / (2 * square)
    twice = way[0] * centre[1] - way[1] * centre[0]  # l d
    cells.slope[h] = twice / (2 * square)
    of_a, of_b = share * twice / 2, (1 - share) * twice / 2
    cells.area[a] += of_a
    cells.area[b] += of_b
    for k in range(2):
        cells.moment[a, k] += of_a * (share * way[k] + centre[k]) / 3
        cells.moment[b, k] += of_b * ((share - 2) * way[k] + centre[k]) / 3
