"""The floor of two-point statistics: what the components of their autocorrelations know, and nothing else.

The autocorrelation of each training field's distances, up to `REACH` mean grain sides, goes to its principal
components; scores are drawn from a normal with their covariance, step by step (as materials informatics does it, see
PyMKS). A field with such an autocorrelation is then the one with the most chance in it: Gaussian, its phases at random,
its values those of true distances by rank. So whatever of a structure its two-point statistics hold is there.
"""

import time
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from graincast.generation import reading
from graincast.generation.data.conditions import TYPICAL_PX
from graincast.generation.data.drawn import DrawnMap
from graincast.generation.sources import canonical
from graincast.generation.sources.given import Given, wanted
from graincast.scoring import pair_counts

LABEL = "two-point statistics, sampled"
REACH = 3.0  # mean grain sides
COMPONENTS = 10
Floats = NDArray[np.float64]


def drawn(given: Given) -> Iterator[DrawnMap]:
    """As many fields of each step as are asked for, as large as true ones."""
    for step in given.steps:
        alike = given.at(step)
        pixels, asked = alike[0].distance.shape[0], wanted(alike)
        side = canonical.side_of(pixels, asked.grain_px)
        relief = [np.minimum(canonical.resized(field.distance, (side, side)), reading.CAP) for field in alike]
        known = components(np.stack([covariance(one) for one in relief]))
        values = np.sort(np.concatenate([one.ravel() for one in relief]))
        for sample in range(given.fields):
            start = time.perf_counter()
            chance = given.chance(step, sample)
            made = ranked(gaussian(sampled(known, chance), side, chance), values)
            labels = reading.field(made)
            yield DrawnMap(labels, step, sample, pixels / side, True, time.perf_counter() - start)


def covariance(relief: NDArray) -> Floats:
    """Covariance of a periodic field's values [2 reach + 1, 2 reach + 1] at displacements in y and x."""
    reach = min(round(REACH * TYPICAL_PX), (min(relief.shape) - 1) // 2)
    return pair_counts.autocorrelation(relief - relief.mean(), relief.shape, reach)


class StatisticAxes(NamedTuple):
    """Of some statistics: their mean, axes, and how far they spread along each."""

    mean: Floats  # [places, places]
    spreads: Floats  # [axes]
    axes: Floats  # [axes, places, places]


def components(statistics: Floats) -> StatisticAxes:
    """Of statistics [fields, places, places], the largest first."""
    mean = statistics.mean(axis=0)
    apart = (statistics - mean).reshape(len(statistics), -1)
    _, sizes, axes = np.linalg.svd(apart, full_matrices=False)
    spreads = sizes[:COMPONENTS] / np.sqrt(max(1, len(statistics) - 1))
    return StatisticAxes(mean, spreads, axes[:COMPONENTS].reshape(-1, *mean.shape))


def sampled(known: StatisticAxes, chance: np.random.Generator) -> Floats:
    """One more: scores from a normal with their covariance, which is diagonal."""
    scores = known.spreads * chance.standard_normal(len(known.spreads))
    return np.asarray(known.mean + np.tensordot(scores, known.axes, axes=1))


def gaussian(correlation: Floats, side: int, chance: np.random.Generator) -> Floats:
    """A periodic field of a covariance that is nought beyond what is given.

    What of the spectrum is below 0 is cut, and the rest brought to the same variance.
    """
    reach = len(correlation) // 2
    whole = np.zeros((side, side))
    apart = np.arange(-reach, reach + 1)
    whole[np.ix_(apart, apart)] = correlation
    spectrum = np.maximum(fft.fft2(whole).real, 0)
    spectrum *= correlation[reach, reach] / spectrum.mean()
    return np.asarray(fft.ifft2(np.sqrt(spectrum) * fft.fft2(chance.standard_normal((side, side)))).real)


def ranked(field: Floats, values: Floats) -> Floats:
    """A field with these sorted values in the place of its own, by rank."""
    places = np.linspace(0, len(values) - 1, field.size).astype(int)
    found = np.empty(field.size)
    found[np.argsort(field, axis=None)] = values[places]
    return found.reshape(field.shape)
