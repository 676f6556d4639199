"""What a map, or several, say of a structure: sizes, sides, shapes, two-point statistics, with what chance leaves open.

The size is the equivalent circle diameter, the spread that of ln R. Grains that the edge of a field cuts do not count,
the others with the inverse of their chance of lying wholly inside (`grain_descriptors`). Two pixels lie in one grain
with a chance that falls with their distance, which is given in mean diameters: along x and along y, so that stretched
structures show. Standard errors are those of grains drawn again (bootstrap), as if grains knew nothing of each other,
and for two-point statistics those of quarters of the maps.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graincast.scoring import grain_descriptors, two_point
from graincast.scoring.grain_descriptors import Descriptors
from graincast.scoring.map_sets import MapSet

OF_GRAINS = ("mean_diameter", "spread", "mean_sides", "sides_variance", "aspect_ratio")
OF_PAIRS = ("half_distance_x", "half_distance_y")  # at which two pixels lie in one grain with a chance of a half
PLACES = np.linspace(0, 2, 21)  # mean diameters
DRAWS = 200
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Statistics:
    grains: float  # in all maps; where edges cut them, those that count
    values: dict[str, float]  # of OF_GRAINS, diameters in pixels, and of OF_PAIRS, in mean diameters
    errors: dict[str, float]  # standard errors
    same_grain: Floats  # [2, places] the chance along x and along y


def of_maps(maps: Sequence[NDArray[np.int32]], periodic: bool, rng: np.random.Generator) -> Statistics:
    """Of the grains of maps [rows, columns] together."""
    grains = grain_descriptors.pooled(grain_descriptors.described(one, periodic) for one in maps)
    values = _of_grains(grains, np.ones(len(grains.area)))
    drawn = [_of_grains(grains, _drawn_again(len(grains.area), rng)) for _ in range(DRAWS)]
    errors = {name: float(np.std([one[name] for one in drawn])) for name in OF_GRAINS}
    diameter = values["mean_diameter"]
    curves = same_grain(maps, periodic, diameter)
    of_pairs = dict(zip(OF_PAIRS, half_distances(curves), strict=True))
    quarters = [half_distances(same_grain([part], False, diameter)) for one in maps for part in _quarters(one)]
    chance = np.std(quarters, axis=0, ddof=1) / math.sqrt(len(quarters))
    return Statistics(
        grains=len(grains.area),
        values=values | of_pairs,
        errors=errors | dict(zip(OF_PAIRS, chance.tolist(), strict=True)),
        same_grain=curves,
    )


def same_grain(maps: Sequence[NDArray[np.int32]], periodic: bool, diameter: float) -> Floats:
    """Chance [2, places] that two pixels as far apart as `PLACES`, in diameters, along x and along y, share a grain."""
    reach = min(math.ceil(PLACES[-1] * diameter) + 1, min(min(one.shape) for one in maps) - 1)
    along = two_point.same_grain(MapSet(maps, periodic), reach)
    return np.stack([np.interp(PLACES * diameter, np.arange(reach + 1), one) for one in along])


def half_distances(curves: Floats) -> list[float]:
    """Where chances that fall [2, places] pass a half, in mean diameters."""
    return [float(np.interp(-0.5, -np.minimum.accumulate(one), PLACES)) for one in curves]


def _of_grains(grains: Descriptors, times: Floats) -> dict[str, float]:
    """Values of grains of which each is there so many times."""
    weight = grains.weight * times
    sides = _mean(grains.sides, weight)
    log_radius = np.log(grains.radius)
    found = (
        2 * _mean(grains.radius, weight),
        math.sqrt(_mean((log_radius - _mean(log_radius, weight)) ** 2, weight)),
        sides,
        _mean((grains.sides - sides) ** 2, weight),
        _mean(grains.aspect_ratio, weight),
    )
    return dict(zip(OF_GRAINS, found, strict=True))


def _mean(values: NDArray, weights: Floats) -> float:
    return float(np.average(values, weights=weights))


def _drawn_again(count: int, rng: np.random.Generator) -> Floats:
    """How often each of so many is drawn in as many draws."""
    return np.bincount(rng.integers(count, size=count), minlength=count).astype(float)


def _quarters(labels: NDArray[np.int32]) -> list[NDArray[np.int32]]:
    rows, columns = (side // 2 for side in labels.shape)
    return [part for half in (labels[:rows], labels[rows:]) for part in (half[:, :columns], half[:, columns:])]
