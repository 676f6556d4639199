"""The change of weights that changes the areas by given amounts: a Laplacian system on the graph of neighbours.

Raising the weight of a by u_a and that of its neighbour b by u_b moves their boundary so that the area
k (u_a - u_b), k = length / (2 distance), passes from b to a. Solved by conjugate gradients, with the diagonal as
preconditioner (Shewchuk, An introduction to the conjugate gradient method without the agonizing pain, 1994).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from graincast.base.compiled import kernel
from graincast.material.tessellation.cells import Cells
from graincast.material.tessellation.mesh import Mesh, after

RESIDUAL = 1e-2  # that is left, of the areas asked for, in the norm of the preconditioner


class Graph(NamedTuple):
    pair: NDArray[np.int32]  # [edges, 2] neighbours
    slope: NDArray[np.float64]  # [edges] k
    inverse_diagonal: NDArray[np.float64]  # [seeds]


def weight_change(mesh: Mesh, cells: Cells, missing: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights [seeds] of zero mean to add where areas of sum zero are missing, to first order."""
    edges = len(mesh.twin) // 2
    graph = Graph(np.empty((edges, 2), np.int32), np.empty(edges), np.zeros(len(missing)))
    find_graph(mesh, cells.slope, graph)
    change = np.zeros(len(missing))
    descend(graph, missing - missing.mean(), change)  # rounding must not ask for a change of the whole
    change -= change.mean()
    return change


@kernel
def find_graph(mesh: Mesh, slope: NDArray[np.float64], graph: Graph) -> None:
    """Fill in the graph; where a cell touches itself, a = b."""
    edge = 0
    for h in range(len(mesh.twin)):
        if h < mesh.twin[h]:
            a, b = mesh.origin[h], mesh.origin[after(h)]
            k = slope[h] + slope[mesh.twin[h]]
            graph.pair[edge, 0], graph.pair[edge, 1] = a, b
            graph.slope[edge] = k
            graph.inverse_diagonal[a] += k
            graph.inverse_diagonal[b] += k
            edge += 1
    for a in range(len(graph.inverse_diagonal)):
        graph.inverse_diagonal[a] = 1 / graph.inverse_diagonal[a]


@kernel
def product(graph: Graph, direction: NDArray[np.float64], image: NDArray[np.float64]) -> float:
    """The Laplacian times a direction, and the direction times that."""
    image[:] = 0.0
    energy = 0.0
    for edge in range(len(graph.slope)):
        a, b = graph.pair[edge, 0], graph.pair[edge, 1]
        difference = direction[a] - direction[b]
        flow = graph.slope[edge] * difference
        image[a] += flow
        image[b] -= flow
        energy += flow * difference
    return energy


@kernel
def descend(graph: Graph, residual: NDArray[np.float64], solution: NDArray[np.float64]) -> None:
    """Conjugate gradients from zero, until the residual is small."""
    count = len(residual)
    direction, image = np.zeros(count), np.empty(count)
    size, turned, steps = 0.0, 0.0, 0
    for a in range(count):
        size += residual[a] ** 2 * graph.inverse_diagonal[a]
    enough = RESIDUAL**2 * size
    while size > enough and steps < count:
        for a in range(count):
            direction[a] = graph.inverse_diagonal[a] * residual[a] + turned * direction[a]
        length = size / product(graph, direction, image)
        before = size
        size = 0.0
        for a in range(count):
            solution[a] += length * direction[a]
            residual[a] -= length * image[a]
            size += residual[a] ** 2 * graph.inverse_diagonal[a]
        turned = size / before
        steps += 1
