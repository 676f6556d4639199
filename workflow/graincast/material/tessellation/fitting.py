"""Weights and seeds of a periodic power diagram whose cells have given areas and are round.

The weights are found by damped Newton steps: a step is halved until no cell vanishes and the error falls as it should.
Lloyd steps, which move every seed to the centroid of its cell, come between; they need the areas only roughly.
References: Kitagawa, Merigot & Thibert, J. Eur. Math. Soc. 21 (2019) 2603; Bourne, Kok, Roper & Spanjer,
Phil. Mag. 100 (2020) 2677 (the areas of grains).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from graincast.base.errors import GraincastError
from graincast.material.tessellation.cells import Cells, measured
from graincast.material.tessellation.insertion import triangulated
from graincast.material.tessellation.laplacian import weight_change
from graincast.material.tessellation.mesh import Mesh, Seeds, repair
from graincast.material.tessellation.placing import COVER, placed

LLOYD_STEPS = 4
ROUGH = 0.3  # error of an area at which a Lloyd step may come
NEWTON_STEPS = 60
LEAST_FRACTION = 1e-3  # of a Newton step
LEAST_START = 0.03  # area of a cell, over the one asked for, or the mean one, from which Newton steps lead on
WEAKER = 0.6  # weights with which a cell is smaller are multiplied by this
WEAKENINGS = 60


class NotFitted(GraincastError):
    """The areas could not be reached: they differ too much."""


class Diagram(NamedTuple):
    mesh: Mesh
    seeds: Seeds
    cells: Cells


def fitted(areas: NDArray[np.float64], rng: np.random.Generator, tolerance: float) -> Diagram:
    """A power diagram of random seeds with cells of the given areas [cells], each within a relative tolerance."""
    side = float(np.sqrt(areas.sum()))
    diagram = drawn(Seeds(side, placed(areas, rng), COVER * areas / np.pi), areas)
    for _ in range(LLOYD_STEPS):
        diagram = rounded(balanced(diagram, areas, ROUGH), areas)
    return balanced(diagram, areas, tolerance)


def drawn(seeds: Seeds, areas: NDArray[np.float64]) -> Diagram:
    """The power diagram of the seeds; their weights are weakened until no cell is too small to start from."""
    enough = LEAST_START * np.minimum(areas, areas.mean())
    for _ in range(WEAKENINGS):
        mesh = triangulated(seeds)
        if mesh:
            cells = measured(mesh, seeds)
            if (cells.area > enough).all():
                return Diagram(mesh, seeds, cells)
        seeds = seeds._replace(weight=WEAKER * seeds.weight)
    raise NotFitted("two seeds stand too close to each other")


def rounded(diagram: Diagram, areas: NDArray[np.float64]) -> Diagram:
    """One Lloyd step."""
    seeds, cells = diagram.seeds, diagram.cells
    position = (seeds.position + cells.moment / cells.area[:, None]) % seeds.side
    return drawn(seeds._replace(position=position), areas)


def largest_error(diagram: Diagram, areas: NDArray[np.float64]) -> float:
    """Of all cells, relative to the area asked for."""
    return float(np.max(np.abs(diagram.cells.area / areas - 1)))


def balanced(diagram: Diagram, areas: NDArray[np.float64], tolerance: float) -> Diagram:
    """Newton steps on the weights until the areas are right."""
    for _ in range(NEWTON_STEPS):
        if largest_error(diagram, areas) <= tolerance:
            return diagram
        diagram = _improved(diagram, areas)
    raise NotFitted(f"the largest error of an area is {largest_error(diagram, areas):.3g} after {NEWTON_STEPS} steps")


def _improved(diagram: Diagram, areas: NDArray[np.float64]) -> Diagram:
    """One Newton step, as long as it may be."""
    missing = areas - diagram.cells.area
    change = weight_change(diagram.mesh, diagram.cells, missing)
    least_area = 0.5 * min(diagram.cells.area.min(), areas.min())
    fraction = 1.0
    while fraction > LEAST_FRACTION:
        trial = _reweighted(diagram, diagram.seeds.weight + fraction * change)
        error = (1 - 0.5 * fraction) * np.linalg.norm(missing)
        if trial and trial.cells.area.min() > least_area and np.linalg.norm(areas - trial.cells.area) <= error:
            return trial
        fraction /= 2
    raise NotFitted(f"no step reduces the largest error of an area, {largest_error(diagram, areas):.3g}")


def _reweighted(diagram: Diagram, weight: NDArray[np.float64]) -> Diagram | None:
    """The diagram after a change of weights; None when a cell has vanished on the way."""
    seeds = diagram.seeds._replace(weight=weight)
    mesh = Mesh(*(part.copy() for part in diagram.mesh))
    return Diagram(mesh, seeds, measured(mesh, seeds)) if repair(mesh, seeds) else None
