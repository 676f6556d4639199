"""What is physically there in a patch: descriptors of its structure, as it is read from its true distance map.

Grains are those of `reading.patch`. A grain that an edge cuts counts half in the mean area (Jeffries' planimetric
method, ASTM E112). Sizes and sides are those of grains that lie inside with all their pixels: a large one does so more
seldom, and counts the more (Miles, 1974). Anisotropy is how much longer the mean chord along rows is than that along
columns. The relief itself, mean and spread of the distance and how much of it is deep, needs no grains: it is what any
latent has to say more than.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from graincast.generation import reading
from graincast.generation.data import conditions
from graincast.material.grains import field_sizes, geometry
from graincast.material.grains.small_grains import touching_inside

FEWEST = 4  # grains inside a patch that say something of their spread
DEEP = 0.95  # quantile of the distance


class Structure(NamedTuple):
    grain_px: float  # side of the mean grain
    spread: float  # standard deviation of ln R
    sides_variance: float
    anisotropy: float  # natural logarithm of the ratio of mean chords, along rows over along columns


class Relief(NamedTuple):
    mean: float
    deviation: float
    deep: float


DESCRIPTORS = Structure._fields
WORDS = dict(zip(DESCRIPTORS, ("mean grain side", "spread of sizes", "variance of sides", "anisotropy"), strict=True))


class Inside(NamedTuple):
    """Grains of a patch that no edge cuts."""

    area: NDArray[np.float64]  # [grains] pixels
    sides: NDArray[np.int64]  # [grains]
    weight: NDArray[np.float64]  # [grains] one over the chance to lie inside


def structure(distance: NDArray) -> Structure:
    """Of a patch [side, side]; nan where too few grains lie inside."""
    labels = reading.patch(distance)
    grains = inside(labels)
    side = _mean_side(labels, len(grains.area))
    ratio = math.log(_crossings(labels, axis=0) / _crossings(labels, axis=1))
    if len(grains.area) < FEWEST:
        return Structure(side, math.nan, math.nan, ratio)
    of_inside = conditions.of_grains(*grains)
    return Structure(side, of_inside.spread, of_inside.sides_variance, ratio)


def relief(distance: NDArray) -> Relief:
    """Of a patch [side, side], in pixels."""
    return Relief(float(distance.mean()), float(distance.std()), float(np.quantile(distance, DEEP)))


def inside(labels: NDArray[np.integer]) -> Inside:
    """The grains of a map that ends at its edges that lie inside of it."""
    count = int(labels.max()) + 1
    kept = np.setdiff1d(np.arange(count), geometry.on_edge(labels))
    reach = field_sizes.extents(labels)[:, kept]
    # a pixel less than in `field_sizes`: what touches the outermost pixels is not kept, cut or not
    room = [(pixels - extent - 1) / pixels for pixels, extent in zip(labels.shape, reach, strict=True)]
    sides = geometry.partners(touching_inside(labels), count)
    return Inside(geometry.areas(labels)[kept].astype(float), sides[kept], 1 / (room[0] * room[1]))


def _mean_side(labels: NDArray[np.integer], uncut: int) -> float:
    # in a corner a grain counts half too, not a quarter as in `field_sizes.grains_seen`: a reading loses slivers along
    # the edges, and patches of 64 px so have 91, 99 and 100 % of the grains of their fields, instead of 89, 93 and 91
    cut = int(labels.max()) + 1 - uncut
    return math.sqrt(labels.size / (uncut + cut / 2))


def _crossings(labels: NDArray[np.integer], axis: int) -> int:
    """Boundaries that lines along an axis cross; a line without any would have one."""
    return max(1, int((np.diff(labels, axis=axis) != 0).sum()))
