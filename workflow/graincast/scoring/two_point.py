"""Two-point statistics of label maps: what is true of two pixels at a displacement from each other.

Boundary: the chance that both lie on a boundary, the autocorrelation of the boundary image by the Wiener-Khinchin
theorem. Same grain: the chance that both lie in one grain, the cluster function of grains (Torquato, Random
Heterogeneous Materials, 2002). A field that is not periodic is padded with zeros and divided by the number of pairs
of its pixels at the displacement, so nothing beyond its edges is made up.

Errors are root mean squares of the difference within `REACH` mean grain sides of the truth, along rows (x), along
columns (y) and over all directions. A boundary is two pixels wide whatever its grains are: its statistic compares maps
of like pixels a grain; that of grains compares any.
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from graincast.base.errors import GraincastError
from graincast.scoring.map_sets import MapSet, boundary_image
from graincast.scoring.pair_counts import marked_pairs

REACH = 2.0  # mean grain sides
STEPS = 32  # places compared along a direction
Floats = NDArray[np.float64]


def boundary_correlation(maps: MapSet, reach: int) -> Floats:
    """Chance [2 reach + 1, 2 reach + 1] that two pixels, up to `reach` px apart in y and x, lie on boundaries."""
    both, pairs = np.zeros((2, 2 * reach + 1, 2 * reach + 1))
    for labels in maps.maps:
        image = boundary_image(labels, maps.periodic)
        both += marked_pairs(image, maps.periodic, reach)
        pairs += marked_pairs(np.ones_like(image), maps.periodic, reach)
    return np.asarray(both / pairs)


def same_grain(maps: MapSet, reach: int) -> tuple[Floats, Floats]:
    """Chance [reach + 1] each that two pixels 0 .. reach px apart lie in one grain, along x and along y."""
    found = []
    for axis in (1, 0):
        alike, pairs = np.zeros(reach + 1), np.zeros(reach + 1)
        for labels in maps.maps:
            along = np.moveaxis(labels, axis, 0)
            for apart in range(reach + 1):
                other = np.roll(along, -apart, 0) if maps.periodic else along[apart:]
                equal = along[: len(other)] == other
                alike[apart] += equal.sum()
                pairs[apart] += equal.size
        found.append(alike / pairs)
    return found[0], found[1]


def distances(made: MapSet, truth: MapSet) -> dict[str, float]:
    """Errors of both statistics by name and direction."""
    side = truth.grain_side
    directions = {"x": np.outer([0, 1], _places()), "y": np.outer([1, 0], _places()), "all": _disc()}
    boundary = [_at(boundary_correlation, maps, side, directions) for maps in (made, truth)]
    grains = [_at(_crossed, maps, side, {way: directions[way] for way in ("x", "y")}) for maps in (made, truth)]
    return {
        **{f"boundary_correlation_error_{way}": _apart(*(each[way] for each in boundary)) for way in boundary[0]},
        **{f"same_grain_error_{way}": _apart(*(each[way] for each in grains)) for way in grains[0]},
    }


def _crossed(maps: MapSet, reach: int) -> Floats:
    """`same_grain` as a cross in an array [2 reach + 1, 2 reach + 1] of displacements."""
    found = np.zeros((2 * reach + 1, 2 * reach + 1))
    x, y = same_grain(maps, reach)
    found[reach, reach:], found[reach:, reach] = x, y
    return found


def _at(
    statistic: Callable[[MapSet, int], Floats], maps: MapSet, side: float, directions: dict[str, Floats]
) -> dict[str, Floats]:
    """A statistic at displacements [2, places] in y and x, given in grain sides, between pixels by straight lines."""
    step = side / maps.pixel
    reach = math.ceil(REACH * step) + 1
    shortest = min(min(labels.shape) for labels in maps.maps)
    if 2 * reach >= shortest:
        raise GraincastError(
            f"a map is {shortest} pixels wide, {shortest / step:.3g} mean grain sides: expected more than "
            f"{2 * reach} pixels to compare what is {REACH:g} sides apart"
        )
    found = statistic(maps, reach)
    return {way: ndimage.map_coordinates(found, reach + step * to, order=1) for way, to in directions.items()}


def _places() -> Floats:
    return np.linspace(0, REACH, STEPS + 1)


def _disc() -> Floats:
    """Displacements [2, places] of half the plane, since the other half is the same."""
    y, x = np.meshgrid(_places(), np.linspace(-REACH, REACH, 2 * STEPS + 1), indexing="ij")
    return np.stack([y, x])[:, np.hypot(y, x) <= REACH]


def _apart(one: Floats, other: Floats) -> float:
    return float(np.sqrt(np.mean((one - other) ** 2)))
