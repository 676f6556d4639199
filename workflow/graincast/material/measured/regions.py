"""Points of a map to regions: two neighbours (left and right, above and below) are linked, a region is all that links
reach. Nothing wraps around the edges, and points that touch at a corner are no neighbours.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from graincast.material.measured.orientations import Crystal, misorientations

POINTS = 1 << 20  # of a map at a time


def neighbours(shape: tuple[int, int]) -> Iterator[tuple[int, NDArray[np.int64], NDArray[np.int64]]]:
    """All pairs of neighbours in blocks: 0 for one above the other, 1 for side by side; the flat index of each."""
    rows, columns = shape
    height = max(1, POINTS // columns)
    for top in range(0, rows, height):
        index = np.arange(top * columns, min(top + height, rows) * columns).reshape(-1, columns)
        above = index if top + height < rows else index[:-1]
        yield 0, above.ravel(), above.ravel() + columns
        yield 1, index[:, :-1].ravel(), index[:, 1:].ravel()


def links_of_orientations(
    turned: NDArray[np.float32], phase: NDArray[np.int16], crystals: dict[int, Crystal], most: float
) -> NDArray[np.bool_]:
    """Links [2, rows, columns] of each point down and right: the same phase, and no more than `most` degrees apart."""
    links = np.zeros((2, *phase.shape), bool)
    points, phases = turned.reshape(-1, 4), phase.ravel()
    for axis, one, other in neighbours(phase.shape):
        for number, crystal in crystals.items():
            both = (phases[one] == number) & (phases[other] == number)
            angles = misorientations(points[one[both]], points[other[both]], crystal)
            links[axis].ravel()[one[both]] = angles <= most
    return links


def links_of_labels(labels: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Links [2, rows, columns] of each point down and right: the same label."""
    links = np.zeros((2, *labels.shape), bool)
    links[0, :-1] = labels[:-1] == labels[1:]
    links[1, :, :-1] = labels[:, :-1] == labels[:, 1:]
    return links


def regions(links: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Number the regions [rows, columns] of linked points from 0."""
    rows, columns = links.shape[1:]
    drawn = np.zeros((2 * rows - 1, 2 * columns - 1), bool)  # every second pixel a point, between them the links
    drawn[::2, ::2] = True
    drawn[1::2, ::2] = links[0, :-1]
    drawn[::2, 1::2] = links[1, :, :-1]
    numbered = np.empty(drawn.shape, np.int32)
    ndimage.label(drawn, output=numbered)
    return numbered[::2, ::2] - 1
