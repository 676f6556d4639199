"""What a reading itself loses: grains of true distance maps, read as made ones are, against the grains that are there.

The field's true areas and sides are those of the network it was drawn from. It is read as periodic: wrapped around
itself by `AROUND` pixels for a reading that ends at its edges, and a grain counts where its centre lies in the middle.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import mean

from graincast.generation import reading
from graincast.generation.data.fields import StructureField
from graincast.material.grains import geometry
from graincast.scoring.populations import Population, distance, population

AROUND = 64  # pixels; more than any grain reaches
Row = dict[str, Any]


def rows(identity: Mapping[str, Any], fields: Sequence[StructureField]) -> Iterator[Row]:
    """Of each periodic field whose grains are known, by both readings."""
    for number, field in enumerate(fields):
        if not field.periodic or not len(field.area):
            continue
        truth = population(field.area, field.sides)
        here = {**identity, "sample": number, "step": field.step}
        yield {**here, "score": "true_grain_px", "value": field.conditions.grain_px}
        for name, read in (("valleys", by_valleys(field.distance)), ("snow", by_snow(field.distance))):
            for score, value in losses(read, truth).items():
                yield {**here, "score": f"{score}_by_{name}", "value": value}


def losses(read: Population, truth: Population) -> dict[str, float]:
    """Share of grains lost, distances of R over the true mean and of n, and bias of the variance of n."""
    scale = truth.mean_radius
    each, every = np.ones(len(read.area)), np.ones(len(truth.area))
    return {
        "grains_lost": 1 - read.number / truth.number,
        "radius_moved": distance(read.radii / scale, each, truth.radii / scale, every),
        "sides_moved": distance(read.sides, each, truth.sides, every),
        "sides_variance_bias": float(np.var(read.sides) - np.var(truth.sides)),
    }


def by_valleys(relief: NDArray) -> Population:
    """The grains of a periodic distance map, by its valleys."""
    labels = reading.field(relief)
    return population(geometry.areas(labels), geometry.sides(labels))


def by_snow(relief: NDArray) -> Population:
    """The same by the SNOW recipe."""
    labels = reading.published(np.pad(relief, AROUND, "wrap"))
    count = int(labels.max()) + 1
    centres = [mean(place, labels, np.arange(count)) - AROUND for place in np.indices(labels.shape)]
    here = np.ones(count, bool)
    for centre, pixels in zip(centres, relief.shape, strict=True):
        here &= (centre >= -0.5) & (centre < pixels - 0.5)
    sides = geometry.partners(((labels[:-1], labels[1:]), (labels[:, :-1], labels[:, 1:])), count)
    return Population(geometry.areas(labels)[here].astype(float), sides[here])
