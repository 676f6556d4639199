"""The boundary network of a periodic label map, without the staircase of its pixels or with it.

Row i is y, column j is x: pixel (i, j) covers [j, j + 1) x [i, i + 1) pixel sides, and left is left with x to the right
and y up. Each grain keeps its area and each pixel's middle stays in its grain. A label may have several regions: all
are one grain. A boundary that winds around the box is closed, and its last point repeats its first up to a whole box
vector. Four grains that meet at a corner become two junctions with a very short boundary between them.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from graincast.base.errors import GraincastError
from graincast.material.networks.lattice import Paths, paths
from graincast.material.networks.network import Network, ordered_arms
from graincast.material.networks.smoothing import smoothed
from graincast.material.networks.staircase import staircase

Drawing = Callable[[Paths], tuple[NDArray[np.float64], NDArray[np.int64]]]


def trace(labels: NDArray[np.integer], pixel: float = 1.0) -> Network:
    """The network of a periodic map [rows, columns] of labels from 0 on, in a box of columns x rows pixels."""
    return _traced(labels, pixel, smoothed)


def trace_pixels(labels: NDArray[np.integer], pixel: float = 1.0) -> Network:
    """The same with boundaries along the edges of pixels, as rough as the map is."""
    return _traced(labels, pixel, staircase)


def _traced(labels: NDArray[np.integer], pixel: float, drawing: Drawing) -> Network:
    if labels.min() < 0:
        raise GraincastError(f"a label map holds the label {labels.min()}, expected labels from 0 on")
    if np.all(labels == labels.flat[0]):
        raise GraincastError(f"a label map holds the one label {labels.flat[0]}, expected two grains or more")
    boundaries = paths(labels)
    points, first = drawing(boundaries)
    rows, columns = labels.shape
    return Network(
        box=(columns * pixel, rows * pixel),
        grain_count=int(labels.max()) + 1,
        points=points * pixel,
        first=first,
        grains=boundaries.grains,
        ends=boundaries.ends,
        arms=ordered_arms(points, first, boundaries.ends),
    )
