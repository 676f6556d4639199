"""What describes each grain of a map: size, neighbours, shape, direction, and what stands around it.

A label is a grain, and its neighbours share a pixel's side with it. Aspect ratio and major axis are those of the
ellipse with the same second moments, a pixel's own extent counted in; the axis is in degrees from the x axis, 0 to 180,
counter-clockwise as a map is looked at. In a periodic map they are taken about the circular mean of the grain's pixels,
which is right for grains smaller than half the box. Roundness is 4 pi A / P^2 with Crofton's perimeter, as
`grain_table` counts it: 1 for a disc.

In a field that is not periodic only grains clear of its edges are described, and one counts with the inverse of its
chance of lying wholly inside, (H - h) (W - w) / (H W), h x w being the box around it (Miles, J. Microsc. 113, 257,
1978, as in `field_sizes`). What an edge cuts has other sides than one sees, so means over neighbours are NaN where a
neighbour touches an edge. How many such there are tells fields apart: compare fields of one kind and size.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from graincast.material.grains import field_sizes, geometry
from graincast.material.grains.small_grains import Neighbouring, touching_around, touching_inside

FEATURES = (
    *("relative_radius", "sides", "aspect_ratio", "along_x", "along_diagonal", "roundness"),
    *("sides_of_neighbours", "relative_radius_of_neighbours"),
)
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Descriptors:
    """One entry a grain [grains], in pixels."""

    area: Floats
    radius: Floats  # equivalent circle's
    sides: NDArray[np.int64]
    aspect_ratio: Floats
    axis_degrees: Floats
    sides_of_neighbours: Floats  # mean; NaN where not all are known, or there is none
    radius_of_neighbours: Floats  # mean, likewise
    roundness: Floats
    weight: Floats

    @property
    def mean_radius(self) -> float:
        return float(np.average(self.radius, weights=self.weight)) if len(self.radius) else math.nan

    @property
    def mean_area(self) -> float:
        return float(np.average(self.area, weights=self.weight)) if len(self.area) else math.nan


def described(labels: NDArray[np.integer], periodic: bool) -> Descriptors:
    """The grains of a map [rows, columns], ascending by label."""
    area = geometry.areas(labels).astype(float)
    beside = touching_around(labels.astype(np.int32)) if periodic else touching_inside(labels)
    touching = geometry.contingency(*_both_ways(beside))
    apart = touching.one != touching.other
    one, other = touching.one[apart], touching.other[apart]
    sides = np.bincount(one, minlength=len(area))
    known = area > 0
    if not periodic:
        known[geometry.on_edge(labels)] = False
    radius = np.sqrt(area / np.pi)
    around = _over_neighbours(one, other, sides, known, np.stack([sides, radius]))
    aspect_ratio, axis = _ellipses(labels, periodic, np.maximum(area, 1))
    perimeter = _perimeters(labels, periodic, np.bincount(one, touching.pixels[apart], len(area)).astype(float))
    weight = np.ones(len(area)) if periodic else _weights(labels, known)
    roundness = 4 * np.pi * area / np.where(perimeter > 0, perimeter, np.inf) ** 2
    columns = (area, radius, sides, aspect_ratio, axis, *around, roundness, weight)
    return Descriptors(*(column[known] for column in columns))


def pooled(several: Iterable[Descriptors]) -> Descriptors:
    """The grains of several fields together."""
    every = list(several)
    return Descriptors(*(np.concatenate([getattr(one, entry.name) for one in every]) for entry in fields(Descriptors)))


def features(grains: Descriptors, mean_radius: float) -> Floats:
    """`FEATURES` [grains, features], radii over a mean radius: the grains' own, or the one that they ought to have.

    The axis, which a round grain has not, stands as (1 - 1 / aspect ratio) times cosine and sine of its double angle.
    """
    elongation, twice = 1 - 1 / grains.aspect_ratio, np.deg2rad(2 * grains.axis_degrees)
    columns = {
        "relative_radius": grains.radius / mean_radius,
        "sides": grains.sides,
        "aspect_ratio": grains.aspect_ratio,
        "along_x": elongation * np.cos(twice),
        "along_diagonal": elongation * np.sin(twice),
        "roundness": grains.roundness,
        "sides_of_neighbours": grains.sides_of_neighbours,
        "relative_radius_of_neighbours": grains.radius_of_neighbours / mean_radius,
    }
    return np.stack([np.asarray(columns[name], float) for name in FEATURES], axis=1)


def _both_ways(touching: Iterable[Neighbouring]) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
    """Pixels beside each other, each pair both ways."""
    pairs = [(one.ravel(), other.ravel()) for one, other in touching]
    first, second = (np.concatenate(side) for side in zip(*pairs, strict=True))
    return np.concatenate([first, second]), np.concatenate([second, first])


def _over_neighbours(
    one: NDArray[np.int64], other: NDArray[np.int64], sides: NDArray[np.int64], known: NDArray[np.bool_], values: Floats
) -> Floats:
    """Mean of values [values, grains] over the neighbours of each grain, NaN where not all of them are known."""
    count = len(sides)
    complete = (sides > 0) & (np.bincount(one, ~known[other], count) == 0)
    sums = np.stack([np.bincount(one, each[other], count) for each in values])
    return np.where(complete, sums / np.maximum(sides, 1), np.nan)


def _ellipses(labels: NDArray[np.integer], periodic: bool, area: Floats) -> tuple[Floats, Floats]:
    """Aspect ratio and direction of the major axis in degrees of all grains 0..max."""
    grain = labels.ravel()
    y, x = (
        _from_middle(at.ravel(), grain, side, periodic, area)
        for at, side in zip(np.indices(labels.shape), labels.shape, strict=True)
    )
    xx, yy, xy = (np.bincount(grain, product) / area for product in (x * x, y * y, x * y))
    half, across = 0.5 * (xx - yy), np.hypot(0.5 * (xx - yy), xy)
    middle = 0.5 * (xx + yy) + 1 / 12
    ratio = np.sqrt((middle + across) / (middle - across))
    return ratio, np.rad2deg(0.5 * np.arctan2(-xy, half)) % 180


def _from_middle(
    place: NDArray[np.integer], grain: NDArray[np.integer], side: int, periodic: bool, area: Floats
) -> Floats:
    """Of each pixel along an axis, from the middle of its grain."""
    away = place.astype(float)
    if periodic:
        turn = 2 * np.pi * place / side
        toward = np.arctan2(np.bincount(grain, np.sin(turn)), np.bincount(grain, np.cos(turn)))
        away = (place - side * toward[grain] / (2 * np.pi) + side / 2) % side - side / 2
    middle = np.bincount(grain, away) / area
    return np.asarray(away - middle[grain])


def _perimeters(labels: NDArray[np.integer], periodic: bool, straight: Floats) -> Floats:
    """Crofton's perimeters of all grains 0..max, given their crossings of rows and columns; none may be cut."""
    diagonal = geometry.contingency(*_both_ways(_diagonally(labels, periodic)))
    apart = diagonal.one != diagonal.other
    crossings = np.bincount(diagonal.one[apart], diagonal.pixels[apart], len(straight))
    return np.asarray(np.pi / 8 * (straight + crossings / math.sqrt(2)))


def _diagonally(labels: NDArray[np.integer], periodic: bool) -> Iterator[Neighbouring]:
    """Pixels whose corners touch, falling and then rising."""
    if periodic:
        yield from ((labels, np.roll(labels, (1, way), (0, 1))) for way in (1, -1))
    else:
        yield from ((labels[1:, 1:], labels[:-1, :-1]), (labels[1:, :-1], labels[:-1, 1:]))


def _weights(labels: NDArray[np.integer], known: NDArray[np.bool_]) -> Floats:
    """Inverse of each grain's chance of lying wholly inside; 0 for those that do not."""
    chance = np.ones(len(known))
    for extent, side in zip(field_sizes.extents(labels), labels.shape, strict=True):
        chance *= 1 - extent / side
    return np.where(known, 1 / np.where(known, chance, 1.0), 0.0)
