"""Grains as a mesh of Abaqus: an element for each voxel, with a set of elements for each grain.

C3D8 in volumes, and in the plane CPS4, plane stress: who wants plane strain writes CPE4 instead. Nodes and
elements count from 1, x fastest, then y, then z. A node set for each face of the box (an edge in the plane) is called
X0, X1, Y0, ...: 1 is where the coordinate is largest. Sections and materials are the user's. A line of a set has at
most 16 entries. (Abaqus, Keywords Guide: *NODE, *ELEMENT, *ELSET, *NSET; Elements Guide: node ordering)
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graincast.base.storage import written
from graincast.material.exports import conventions
from graincast.material.exports.number_lines import lines
from graincast.material.microstructure import Microstructure

ENTRIES = 16  # in a line of a set
ROUND = ((0, 0), (0, 1), (1, 1), (1, 0))  # (y, x) of an element's corners, as seen from the end of z


def write(path: Path, structure: Microstructure) -> list[Path]:
    """Write the mesh to `path`."""
    side = conventions.step(structure, path)
    cells = conventions.cells(structure, path)
    volume = structure.labels.ndim == 3
    nodes = np.arange(1, np.prod(_node_counts(cells, volume)) + 1).reshape(_node_counts(cells, volume))
    with written(path) as partial, open(partial, "wb") as stream:
        stream.writelines(f"** {sentence}\n".encode() for sentence in conventions.STATEMENT)
        stream.write(b"*NODE\n")
        stream.writelines(_nodes(nodes, side, volume))
        stream.write(f"*ELEMENT, TYPE={'C3D8' if volume else 'CPS4'}\n".encode())
        stream.writelines(_elements(nodes, cells))
        stream.writelines(_grains(cells))
        stream.writelines(_faces(nodes, volume))
    return [path]


def _node_counts(cells: NDArray[np.int32], volume: bool) -> tuple[int, int, int]:
    layers, rows, columns = cells.shape
    return layers + 1 if volume else 1, rows + 1, columns + 1


def _nodes(nodes: NDArray[np.int64], side: float, volume: bool) -> Iterator[bytes]:
    """The lines of the nodes [z, y, x], row by row."""
    z, y, x = ([f"{number * side:.9g}" for number in range(count)] for count in nodes.shape)
    for layer, height in zip(nodes, z, strict=True):
        ends = [f", {at}, {height}\n" if volume else f", {at}\n" for at in y]
        for row, end in zip(layer.tolist(), ends, strict=True):
            yield "".join(f"{node}, {at}{end}" for node, at in zip(row, x, strict=True)).encode()


def _elements(nodes: NDArray[np.int64], cells: NDArray[np.int32]) -> Iterator[bytes]:
    """The lines of the elements, layer by layer: the number of each and of its nodes."""
    layers, rows, columns = cells.shape
    for layer in range(layers):
        corners = [level[y : y + rows, x : x + columns].ravel() for level in nodes[layer : layer + 2] for y, x in ROUND]
        number = 1 + layer * rows * columns + np.arange(rows * columns)
        yield lines(np.stack([number, *corners], axis=1), ",")


def _grains(cells: NDArray[np.int32]) -> Iterator[bytes]:
    """The element set of each grain."""
    elements = np.argsort(cells, axis=None, kind="stable")
    ends = np.cumsum(np.bincount(cells.ravel()))[:-1]
    for grain, own in enumerate(np.split(elements + 1, ends), 1):
        yield f"*ELSET, ELSET=GRAIN_{grain}\n".encode()
        yield from _set(own)


def _faces(nodes: NDArray[np.int64], volume: bool) -> Iterator[bytes]:
    """The node sets of the faces of the box."""
    for axis, name in ((2, "X"), (1, "Y"), *(((0, "Z"),) if volume else ())):
        for end in (0, 1):
            yield f"*NSET, NSET={name}{end}\n".encode()
            yield from _set(nodes.take(-end, axis).ravel())


def _set(numbers: NDArray[np.int64]) -> Iterator[bytes]:
    """The lines of a set."""
    full = len(numbers) // ENTRIES * ENTRIES
    for part in (numbers[:full].reshape(-1, ENTRIES), numbers[None, full:]):
        if part.size:
            yield lines(part, ",")
