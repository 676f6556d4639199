"""How like true structures made ones are: the laws that they keep, the distances between them, and who can tell.

Intervals are percentile intervals over fields, those of both sides drawn again. What is undefined has no row.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from graincast.base.errors import GraincastError
from graincast.generation.data.drawn import DrawnMap
from graincast.scoring import boundary_shapes, boundary_spectrum, chords, discrimination, structure_laws, two_point
from graincast.scoring.grain_descriptors import Descriptors, described, features, pooled
from graincast.scoring.map_sets import MapSet

DRAWS = 100
LEVEL = 0.95
Scores = dict[str, float]
MapScores = Callable[[MapSet, MapSet], Scores]


@dataclass(frozen=True)
class MadePopulation:
    """The structures of one step, read alike."""

    maps: MapSet
    grains: tuple[Descriptors, ...]  # of each map, in pixels of the step
    samples: NDArray[np.int64]  # the field that each is, or is cut from

    def some(self, chosen: NDArray[np.int64]) -> Descriptors:
        """The grains of some maps together."""
        return pooled(self.grains[one] for one in chosen)

    @property
    def all(self) -> Descriptors:
        return pooled(self.grains)


def population(maps: Sequence[DrawnMap]) -> MadePopulation:
    """Of maps that are alike in their step, their size and whether they close."""
    scale = float(np.mean([one.scale for one in maps]))
    grains = tuple(_scaled(described(one.labels, one.periodic), one.scale) for one in maps)
    labels = [one.labels for one in maps]
    return MadePopulation(MapSet(labels, maps[0].periodic, scale), grains, np.array([one.sample for one in maps]))


def scores(made: MadePopulation, truth: MadePopulation) -> Scores:
    """All scores of one step by name."""
    counted = {"maps": float(len(made.grains)), "grains": float(sum(len(one.area) for one in made.grains))}
    whole = {**structure_laws.laws(made.all), **structure_laws.distances(made.all, truth.all)}
    return _finite({**counted, **whole, **_of_maps(made.maps, truth.maps)})


def told_apart(made: Sequence[MadePopulation], truth: Sequence[MadePopulation], rng: np.random.Generator) -> Scores:
    """Whether trees tell made grains from true ones, over all steps.

    A field is learned from or asked about with all of its steps: those of a simulation are not independent.
    """
    rows, fields = zip(*(_rows(sets) for sets in (made, truth)), strict=True)
    found = discrimination.told_apart(rows[0], fields[0], rows[1], fields[1], rng)
    return {"auroc_grains": found.auroc, "auroc_grains_low": found.low, "auroc_grains_high": found.high}


def _rows(sets: Sequence[MadePopulation]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Features of all grains of all steps, radii over the mean of their step, and the field of each."""
    rows, fields = [], []
    for one in sets:
        mean_radius = one.all.mean_radius
        for sample, grains in zip(one.samples, one.grains, strict=True):
            rows.append(features(grains, mean_radius))
            fields.append(np.full(len(grains.area), sample))
    return np.concatenate(rows), np.concatenate(fields)


def intervals(made: MadePopulation, truth: MadePopulation, rng: np.random.Generator) -> Scores:
    """Ends of the intervals of laws and distances, `NAME_low` and `NAME_high`."""
    drawn: dict[str, list[float]] = {}
    for _ in range(DRAWS):
        one, other = (pooled(_again(each, rng)) for each in (made, truth))
        for name, value in {**structure_laws.laws(one), **structure_laws.distances(one, other)}.items():
            drawn.setdefault(name, []).append(value)
    found: Scores = {}
    for name, values in drawn.items():
        ends = (
            np.nanquantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]) if np.isfinite(values).any() else (np.nan,) * 2
        )
        found[f"{name}_low"], found[f"{name}_high"] = float(ends[0]), float(ends[1])
    return _finite(found)


def _finite(found: Scores) -> Scores:
    return {name: value for name, value in found.items() if math.isfinite(value)}


def _again(one: MadePopulation, rng: np.random.Generator) -> Iterator[Descriptors]:
    """The grains of fields drawn again, all maps of each."""
    fields = np.unique(one.samples)
    counts = np.bincount(np.searchsorted(fields, rng.choice(fields, len(fields))), minlength=len(fields))
    for place, grains in zip(np.searchsorted(fields, one.samples), one.grains, strict=True):
        yield from [grains] * int(counts[place])


def _of_maps(made: MapSet, truth: MapSet) -> Scores:
    """Scores of maps as pictures, and of their boundaries."""
    return {
        **_two_point(made, truth),
        **chords.distances(made, truth),
        "log_spectral_distance": boundary_spectrum.log_spectral_distance(made, truth),
        **boundary_shapes.laws(made),
        "angle_wasserstein_degrees": boundary_shapes.angle_distance(made, truth),
    }


def _two_point(made: MapSet, truth: MapSet) -> Scores:
    """Two-point statistics; none of maps that are too narrow for them."""
    try:
        return two_point.distances(made, truth)
    except GraincastError:
        return {}


def _scaled(grains: Descriptors, scale: float) -> Descriptors:
    """The same in pixels that are smaller by a factor."""
    around = grains.radius_of_neighbours * scale
    return replace(grains, area=grains.area * scale**2, radius=grains.radius * scale, radius_of_neighbours=around)
