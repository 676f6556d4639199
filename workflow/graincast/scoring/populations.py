"""Scores of a predicted population of grains against the true one: mean size, number, distributions of size and sides.

A grain's size is its equivalent circle radius R = sqrt(A / pi). Distributions are weighted by surface: a grain counts
as much as it covers. Radii are taken over the mean radius of the true grains, so that growing too fast is an error of
the distribution too.
Kullback-Leibler divergence: sum of p ln(p / q), p the truth and q the prediction, in nats, over the stated bins, the
last of which is open. So that it stays finite, one grain is spread evenly over the bins of each (Perks' prior).
Distributions themselves are the shares of the surface in the same bins, not smoothed, one score a bin.
Wasserstein distance: the mean distance, in true mean radii or in sides, by which surface has to move, which is the area
between the cumulative shares; it needs no bins.
Grains of several structures may be pooled by putting them into one population.
Where only a part of the box is scored, each grain counts with the share of its area that lies in it, in means, in
numbers and in distributions: the number of grains is the sum of the shares.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graincast.material.grains import following
from graincast.scoring.images import Scored

BIAS = "mean_radius_bias"  # of the scores, the one that bands of forecasts are around
RADIUS_BINS: NDArray[np.float64] = 0.2 * np.arange(20.0)  # lower edges, over the true mean radius
SIDES_BINS: NDArray[np.float64] = np.arange(25.0)  # one for each number
RADIUS_SHARE, SIDES_SHARE = "radius_share_from_", "sides_share_of_"  # scores of a bin, and then its lower edge
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Population:
    """The grains that are there, one row a grain."""

    area: Floats  # [grains], all above 0
    sides: NDArray[np.integer]  # [grains]
    share: Floats | None = None  # [grains] of its area that is scored; None: all of every grain

    @property
    def radii(self) -> Floats:
        return np.sqrt(self.area / np.pi)

    @property
    def surface(self) -> Floats:
        """Share of the whole that each grain covers."""
        scored = self.area if self.share is None else self.area * self.share
        return np.asarray(scored / scored.sum())

    @property
    def number(self) -> float:
        return len(self.area) if self.share is None else float(self.share.sum())

    @property
    def mean_radius(self) -> float:
        return float(self.radii.mean() if self.share is None else np.average(self.radii, weights=self.share))

    @property
    def mean_area(self) -> float:
        return float(self.area.mean() if self.share is None else np.average(self.area, weights=self.share))


def population(area: NDArray, sides: NDArray[np.integer]) -> Population:
    """The grains of tables of any shape in which absent grains have the area 0."""
    return Population(np.asarray(area[area > 0], float), sides[area > 0])


def of_map(labels: NDArray[np.integer], scored: Scored = None) -> Population:
    """The grains of a periodic map [H, W] that lie, in part or whole, within what is scored."""
    area, sides = following.areas(labels[None])[0], following.sides(labels[None])[0]
    if scored is None:
        return population(area, sides)
    within = np.bincount(labels[scored], minlength=len(area))
    there = within > 0
    return Population(np.asarray(area[there], float), sides[there], within[there] / area[there])


def pooled(populations: Iterable[Population]) -> Population:
    """The grains of several structures, all scored whole, as one population."""
    every = list(populations)
    return Population(np.concatenate([one.area for one in every]), np.concatenate([one.sides for one in every]))


def errors(predicted: Population, truth: Population) -> dict[str, float]:
    """All scores of this file; a bias has a sign and is positive where the prediction is larger."""
    scale = truth.mean_radius
    radius = _relative_error(predicted.mean_radius, scale)
    count = _relative_error(predicted.number, truth.number)
    return {
        BIAS: radius,
        "mean_radius_error": abs(radius),
        "grain_count_bias": count,
        "grain_count_error": abs(count),
        "radius_divergence": divergence(
            shares(predicted.radii / scale, predicted.surface, RADIUS_BINS, predicted.number),
            shares(truth.radii / scale, truth.surface, RADIUS_BINS, truth.number),
        ),
        "radius_distance": distance(predicted.radii / scale, predicted.surface, truth.radii / scale, truth.surface),
        "sides_divergence": divergence(
            shares(predicted.sides, predicted.surface, SIDES_BINS, predicted.number),
            shares(truth.sides, truth.surface, SIDES_BINS, truth.number),
        ),
        "sides_distance": distance(predicted.sides, predicted.surface, truth.sides, truth.surface),
    }


def distributions(predicted: Population, truth: Population) -> dict[str, float]:
    """Share of the predicted surface in each bin, of radius and of sides."""
    radii = _in_bins(predicted.radii / truth.mean_radius, predicted.surface, RADIUS_BINS)
    sides = _in_bins(predicted.sides, predicted.surface, SIDES_BINS)
    return {
        **{f"{RADIUS_SHARE}{edge:.1f}": float(share) for edge, share in zip(RADIUS_BINS, radii, strict=True)},
        **{f"{SIDES_SHARE}{number:.0f}": float(share) for number, share in zip(SIDES_BINS, sides, strict=True)},
    }


def _relative_error(predicted: float, truth: float) -> float:
    return float(predicted / truth - 1)


def shares(values: NDArray, weights: Floats, bins: Floats, number: float) -> Floats:
    """Smoothed share of the weight of so many grains in each bin [bins], given their lower edges; weights sum to 1."""
    return np.asarray((number * _in_bins(values, weights, bins) + 1 / len(bins)) / (number + 1))


def _in_bins(values: NDArray, weights: Floats, bins: Floats) -> Floats:
    """Weight in each bin [bins], given their lower edges."""
    index = np.searchsorted(bins, values, side="right") - 1
    return np.asarray(np.bincount(index, weights, minlength=len(bins)), float)


def divergence(predicted: Floats, truth: Floats) -> float:
    """Kullback-Leibler divergence of predicted shares [bins] from the true ones, nats."""
    return float(np.sum(truth * np.log(truth / predicted)))


def distance(predicted: NDArray, predicted_weights: Floats, truth: NDArray, truth_weights: Floats) -> float:
    """Wasserstein distance of two weighted sets of values."""
    places = np.sort(np.concatenate([predicted, truth]))
    apart = _share_up_to(places[:-1], predicted, predicted_weights) - _share_up_to(places[:-1], truth, truth_weights)
    return float(np.abs(apart) @ np.diff(places))


def _share_up_to(places: NDArray, values: NDArray, weights: Floats) -> Floats:
    """Share of the weight on values that are no larger than each of the places."""
    order = np.argsort(values)
    total = np.concatenate([[0.0], np.cumsum(weights[order])])
    return np.asarray(total[np.searchsorted(values[order], places, side="right")] / total[-1])
