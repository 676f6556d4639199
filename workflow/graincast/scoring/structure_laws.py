"""Laws that cellular structures keep, over the grains of any number of fields, and how far two populations are apart.

Each grain counts with its weight. Straight lines are least squares over grains, which are those over the means of the
side classes with the classes' numbers as weights:
- radius against sides, in pixels and over the mean radius (perimeter law: Rivier, Phil. Mag. B 52, 795, 1985);
- Lewis: A / <A> against n (Anat. Rec. 38, 341, 1928);
- Aboav-Weaire: n m(n) = (6 - a) n + 6 a + var(n), m(n) being the mean sides of the neighbours of n-sided grains; the
  slope gives a, about 1 in soap and metals (Aboav, Metallography 3, 383, 1970; Weaire, 7, 157, 1974).

Directions are axial, so they are averaged as doubled angles: the resultant is 0 for all directions alike and 1 for one
(Mardia and Jupp, Directional Statistics, 2000). The stretch is the root of the ratio of the eigenvalues of the mean
second-moment tensor of grains, each scaled to the determinant 1: of an isotropic population that was stretched by a
factor it is that factor, where the mean aspect ratio is not. What cannot be told is NaN.
"""

import math

import numpy as np
from numpy.typing import NDArray

from graincast.scoring.grain_descriptors import Descriptors
from graincast.scoring.populations import distance

SIDE_CLASSES = range(3, 10)
Floats = NDArray[np.float64]


def laws(grains: Descriptors) -> dict[str, float]:
    """All laws of this file by name."""
    sides, weight = grains.sides.astype(float), grains.weight
    radius, area = grains.radius / grains.mean_radius, grains.area / grains.mean_area
    complete = ~np.isnan(grains.sides_of_neighbours)
    around = (sides * grains.sides_of_neighbours)[complete]
    return {
        "mean_sides": _mean(sides, weight),
        "sides_spread": _spread(sides, weight),
        "relative_radius_spread": _spread(radius, weight),
        "radius_slope_px": slope(sides, grains.radius, weight),
        "relative_radius_slope": slope(sides, radius, weight),
        "lewis_slope": slope(sides, area, weight),
        "aboav_weaire_a": 6 - slope(sides[complete], around, weight[complete]),
        **{f"relative_area_of_{n}_sides": _mean(area[sides == n], weight[sides == n]) for n in SIDE_CLASSES},
        "mean_aspect_ratio": _mean(grains.aspect_ratio, weight),
        "mean_roundness": _mean(grains.roundness, weight),
        **_directions(grains),
    }


def distances(made: Descriptors, truth: Descriptors) -> dict[str, float]:
    """Wasserstein-1 and Kolmogorov-Smirnov distances of radii over their own mean, sides and aspect ratios."""
    pairs = {
        "relative_radius": (made.radius / made.mean_radius, truth.radius / truth.mean_radius),
        "sides": (made.sides.astype(float), truth.sides.astype(float)),
        "aspect_ratio": (made.aspect_ratio, truth.aspect_ratio),
    }
    found: dict[str, float] = {}
    for name, (one, other) in pairs.items():
        some = len(one) > 0 and len(other) > 0
        found[f"{name}_wasserstein"] = distance(one, made.weight, other, truth.weight) if some else math.nan
        found[f"{name}_kolmogorov_smirnov"] = (
            kolmogorov_smirnov(one, made.weight, other, truth.weight) if some else math.nan
        )
    return found


def kolmogorov_smirnov(one: NDArray, one_weights: Floats, other: NDArray, other_weights: Floats) -> float:
    """Largest difference of the cumulative shares of two weighted sets of values."""
    place = np.unique(np.concatenate([one, other]), return_inverse=True)[1]
    steps = np.concatenate([one_weights / one_weights.sum(), -other_weights / other_weights.sum()])
    return float(np.abs(np.cumsum(np.bincount(place, steps))).max())


def slope(x: Floats, y: Floats, weights: Floats) -> float:
    """Of the weighted straight line of y against x; NaN where all x are one."""
    if len(x) == 0:
        return math.nan
    away = x - np.average(x, weights=weights)
    square = float(np.sum(weights * away**2))
    return float(np.sum(weights * away * y)) / square if square > 1e-12 * len(x) else math.nan


def _directions(grains: Descriptors) -> dict[str, float]:
    """Resultant of the major axes and the stretch, with their directions."""
    twice, ratio, weight = np.deg2rad(2 * grains.axis_degrees), grains.aspect_ratio, grains.weight
    cosine, sine = np.cos(twice), np.sin(twice)
    resultant = _mean(cosine, weight), _mean(sine, weight)
    half = 0.5 * (ratio - 1 / ratio)  # of the difference of the eigenvalues ratio and 1 / ratio
    pull = _mean(half * cosine, weight), _mean(half * sine, weight)
    middle = _mean(0.5 * (ratio + 1 / ratio), weight)
    return {
        "axis_resultant": math.hypot(*resultant),
        "axis_degrees": _axis(*resultant),
        "stretch": math.sqrt((middle + math.hypot(*pull)) / (middle - math.hypot(*pull))),
        "stretch_degrees": _axis(*pull),
    }


def _axis(cosine: float, sine: float) -> float:
    return math.degrees(0.5 * math.atan2(sine, cosine)) % 180


def _mean(values: Floats, weights: Floats) -> float:
    return float(np.average(values, weights=weights)) if len(values) else math.nan


def _spread(values: Floats, weights: Floats) -> float:
    """Standard deviation."""
    return math.sqrt(_mean((values - _mean(values, weights)) ** 2, weights))
