"""From a distance map to its grains, in two ways. What is made and what is true are always read alike.

Near a boundary the map says all: beyond `CAP` pixels a grain is flat, so that no grain is cut where it has a waist, and
a grain counts that is `DEPTH` pixels deeper than the way out of it. The publication reads the whole relief by the SNOW
recipe, which a blurred map needs.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from graincast.material.grains import snow, watershed
from graincast.material.grains.numbering import consecutive

CAP, DEPTH = 2.0, 0.35  # pixels
Reading = Callable[[NDArray], NDArray[np.int32]]


def field(distance: NDArray) -> NDArray[np.int32]:
    """Grains of a periodic field, by its valleys."""
    return watershed.grain_map(-np.minimum(distance, CAP), DEPTH)


def patch(distance: NDArray) -> NDArray[np.int32]:
    """Grains of a piece that ends at its edges, by its valleys: read with its mirror images around it."""
    rows, columns = distance.shape
    whole = np.pad(distance, ((0, rows), (0, columns)), mode="symmetric")
    return consecutive(field(whole)[:rows, :columns])


def published(distance: NDArray) -> NDArray[np.int32]:
    """Grains of a piece that ends at its edges, by the SNOW recipe."""
    return snow.grain_map(distance)
