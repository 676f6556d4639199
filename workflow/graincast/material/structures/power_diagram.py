"""Periodic power (Laguerre) diagrams as networks: point x belongs to the seed with least |x - p|^2 - w.

The boundaries are straight and each junction joins three. A triangle of the seeds' triangulation is a junction, and
its sides, counter-clockwise, are the arms. Grain i has the area asked for at i. Junctions stand along a Z-curve and
boundaries follow the order of their junctions, so that neighbours stand near each other in memory.
"""

import numpy as np
from numpy.typing import NDArray

from graincast.material.networks.network import Network
from graincast.material.tessellation import fitting
from graincast.material.tessellation.cells import power_centres
from graincast.material.tessellation.fitting import NotFitted
from graincast.material.tessellation.mesh import Mesh, Seeds
from graincast.material.tessellation.z_curve import z_order

DRAWS = 5  # of all seeds, before the areas count as out of reach
SHORTEST = 1e-9  # boundary, over the width of a grain of mean area; below it four grains meet in a point


def fitted(target_areas: NDArray[np.float64], rng: np.random.Generator, tolerance: float = 0.004) -> Network:
    """A power diagram of random seeds whose areas [grains] are met within a relative tolerance, in a square box."""
    unit = float(np.mean(target_areas))
    for _ in range(DRAWS):
        try:
            return _drawn(target_areas / unit, rng, tolerance, np.sqrt(unit))
        except NotFitted as reached:
            failure = reached
    raise NotFitted(
        f"{len(target_areas)} grains cannot be given areas from {target_areas.min():.3g} to {target_areas.max():.3g} "
        f"(seeds drawn {DRAWS} times; at the last, {failure}): expected sizes that differ less"
    )


def _drawn(areas: NDArray[np.float64], rng: np.random.Generator, tolerance: float, scale: float) -> Network:
    """A network of areas of mean 1, enlarged."""
    diagram = fitting.fitted(areas, rng, tolerance)
    network = network_of(diagram.mesh, diagram.seeds, scale)
    shortest = np.linalg.norm(network.points[1::2] - network.points[::2], axis=1).min()
    if shortest < SHORTEST * scale:
        raise NotFitted(f"a boundary is only {shortest:.3g} long")
    return network


def network_of(mesh: Mesh, seeds: Seeds, scale: float) -> Network:
    """The network of the power diagram of a triangulation, enlarged."""
    centre = power_centres(mesh, seeds)
    wrapped = centre - seeds.side * np.floor(centre / seeds.side)
    order = np.argsort(z_order(wrapped / seeds.side), kind="stable")
    place = np.argsort(order)  # of each triangle, in that order
    start, end = _boundaries(mesh, place)
    step = centre[end // 3] + seeds.side * _crossing(mesh, start) - centre[start // 3]
    points = np.stack([wrapped[start // 3], wrapped[start // 3] + step], axis=1).reshape(-1, 2)
    half_edge = np.empty(len(mesh.twin), np.int32)
    half_edge[start] = 2 * np.arange(len(start))
    half_edge[end] = 2 * np.arange(len(start)) + 1
    return Network(
        box=(seeds.side * scale, seeds.side * scale),
        grain_count=len(seeds.weight),
        points=points * scale,
        first=2 * np.arange(len(start) + 1),
        grains=np.stack([mesh.origin[end], mesh.origin[start]], axis=1),
        ends=np.stack([place[start // 3], place[end // 3]], axis=1).astype(np.int32),
        arms=half_edge.reshape(-1, 3)[order],
    )


def _boundaries(mesh: Mesh, place: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Sides of triangles that the boundaries [boundaries] cross: on leaving the first one and on entering the other."""
    side = np.arange(len(mesh.twin))
    here, there = place[side // 3], place[mesh.twin // 3]
    start = np.flatnonzero(here < there)
    start = start[np.lexsort((there[start], here[start]))]
    return start, mesh.twin[start].astype(np.int64)


def _crossing(mesh: Mesh, side: NDArray[np.int64]) -> NDArray[np.int32]:
    """Boxes [sides, 2] that lead from the frame beyond a side of a triangle to that of the triangle."""
    following = side - side % 3 + (side + 1) % 3
    boxes: NDArray[np.int32] = mesh.shift[following] - mesh.shift[mesh.twin[side]]
    return boxes
