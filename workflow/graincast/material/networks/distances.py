"""How far each pixel's middle is from the nearest grain boundary: a relief of a structure without the staircase.

The boundaries are polylines, so the distance is known below the pixel. It is taken to points `SPACING` pixels apart
along them, found by a tree: too large by less than `SPACING`^2 / (8 d) at a distance d, and by half a spacing at most.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from graincast.material.networks.network import Network

SPACING = 0.2  # pixels


def distance_map(network: Network, shape: tuple[int, int]) -> NDArray[np.float32]:
    """Distance [rows, columns] in pixels to the nearest boundary of the periodic network, drawn with so many pixels."""
    rows, columns = shape
    box = np.array([columns, rows], float)
    places = _along_boundaries(network, box / np.array(network.box)) % box
    tree = cKDTree(np.where(places < box, places, 0.0), boxsize=box)  # a place at -1e-17 wraps onto the box's end
    row, column = np.indices(shape)
    distance, _ = tree.query(np.stack([column.ravel() + 0.5, row.ravel() + 0.5], axis=1))
    return np.asarray(distance.reshape(shape), np.float32)


def _along_boundaries(network: Network, scale: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points [points, 2] along all boundaries, no two of a boundary further apart than the spacing, in pixels."""
    points = network.points * scale
    start = np.delete(np.arange(len(points) - 1), network.first[1:-1] - 1)
    step = points[start + 1] - points[start]
    pieces = np.maximum(1, np.ceil(np.hypot(*step.T) / SPACING).astype(np.int64))
    segment = np.repeat(np.arange(len(start)), pieces)
    number = np.arange(len(segment)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    return np.asarray(points[start][segment] + step[segment] * (number / pieces[segment])[:, None])
