"""Scores of a predicted population of grains against the true one: mean size, number, distributions of size and sides.

A grain's size is its equivalent circle radius R = sqrt(A / pi). Distributions are weighted by surface: a grain counts
as much as it covers. Radii are taken over the mean radius of the true grains, so that growing too fast is an error of
the distribution too.
Kullback-Leibler divergence: sum of p ln(p / q), p the truth and q the prediction, in nats, over the stated bins, the
last of which is open. So that it stays finite, one grain is spread evenly over the bins of each (Perks' prior).
Wasserstein distance: the mean distance, in true mean radii or in sides, by which surface has to move, which is the area
between the cumulative shares; it needs no bins.
Grains of several structures may be pooled by putting them into one population.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BIAS = "mean_radius_bias"  # of the scores, the one that bands of forecasts are around
RADIUS_BINS: NDArray[np.float64] = 0.2 * np.arange(20.0)  # lower edges, over the true mean radius
SIDES_BINS: NDArray[np.float64] = np.arange(25.0)  # one for each number
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Population:
    """The grains that are there, one row a grain."""

    area: Floats  # [grains], all above 0
    sides: NDArray[np.integer]  # [grains]

    @property
    def radii(self) -> Floats:
        return np.sqrt(self.area / np.pi)

    @property
    def surface(self) -> Floats:
        """Share of the whole that each grain covers."""
        return np.asarray(self.area / self.area.sum())


def population(area: NDArray, sides: NDArray[np.integer]) -> Population:
    """The grains of tables of any shape in which absent grains have the area 0."""
    return Population(np.asarray(area[area > 0], float), sides[area > 0])


def pooled(populations: Iterable[Population]) -> Population:
    """The grains of several structures as one population."""
    every = list(populations)
    return Population(np.concatenate([one.area for one in every]), np.concatenate([one.sides for one in every]))


def errors(predicted: Population, truth: Population) -> dict[str, float]:
    """All scores of this file; a bias has a sign and is positive where the prediction is larger."""
    scale = float(truth.radii.mean())
    radius = _relative_error(predicted.radii.mean(), scale)
    count = _relative_error(len(predicted.area), len(truth.area))
    return {
        BIAS: radius,
        "mean_radius_error": abs(radius),
        "grain_count_bias": count,
        "grain_count_error": abs(count),
        "radius_divergence": divergence(
            shares(predicted.radii / scale, predicted.surface, RADIUS_BINS),
            shares(truth.radii / scale, truth.surface, RADIUS_BINS),
        ),
        "radius_distance": distance(predicted.radii / scale, predicted.surface, truth.radii / scale, truth.surface),
        "sides_divergence": divergence(
            shares(predicted.sides, predicted.surface, SIDES_BINS), shares(truth.sides, truth.surface, SIDES_BINS)
        ),
        "sides_distance": distance(predicted.sides, predicted.surface, truth.sides, truth.surface),
    }


def _relative_error(predicted: float, truth: float) -> float:
    return float(predicted / truth - 1)


def shares(values: NDArray, weights: Floats, bins: Floats) -> Floats:
    """Smoothed share of the weight in each bin [bins], given their lower edges; the weights add up to 1."""
    index = np.searchsorted(bins, values, side="right") - 1
    weight = np.bincount(index, weights, minlength=len(bins))
    return np.asarray((len(values) * weight + 1 / len(bins)) / (len(values) + 1))


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
