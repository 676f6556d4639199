"""Emulated measurement: a synthetic structure as a measured grain map would show it, and not an experiment.

Radii follow a Weibull law, which is close to that of the growth regime, in a power diagram: no solver is known here,
and rounder corners would be lost in the pixels. The diagram is seen through a measurement (`measurement`), cleaned as
measured maps are (`grains.cleaning`), and traced with the staircase and roughness that are left, which are the shift.
The mean grain area of the diagram is 1; grains that cleaning takes out leave the box as large as it was.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graincast.base.errors import GraincastError
from graincast.material.grains.small_grains import cleaned
from graincast.material.networks import measures
from graincast.material.networks.network import Network
from graincast.material.networks.tracing import trace_pixels
from graincast.material.structures import measurement, power_diagram

DESCRIPTION = (
    "Emulated measurement: a synthetic structure as a measured grain map would show it, and not an experiment."
)


@dataclass(frozen=True)
class Settings:
    grains: int  # before the measurement
    spread: float  # standard deviation of R over its mean
    pixels_per_grain: float  # of the measured map, to the mean grain's diameter
    roughness: float  # standard deviation of the displacement of boundaries, pixels
    correlation: float  # length over which it is alike, pixels
    misindexed: float  # share of the pixels
    smallest: int  # region that cleaning leaves, pixels

    def __post_init__(self) -> None:
        if self.grains < 2 or not 0 < self.spread < 1:
            raise ValueError("an emulated measurement needs 2 grains or more and a spread between 0 and 1")
        if self.pixels_per_grain < 4:
            raise ValueError(f"key 'pixels_per_grain' is {self.pixels_per_grain}, expected 4 or more")
        if self.correlation <= 0 or not 0 <= self.roughness <= self.correlation:
            raise ValueError("expected a roughness from 0 to the correlation: more folds the map over itself")
        if not 0 <= self.misindexed <= 0.2 or self.smallest < 1:
            raise ValueError("expected misindexed from 0 to 0.2, and a smallest region of 1 pixel or more")


def network(settings: Settings, rng: np.random.Generator) -> Network:
    """One periodic structure; its grains are the regions of the cleaned map."""
    labels, side = measured(settings, rng)
    if labels.max() == 0:
        raise GraincastError(f"cleaning leaves one single grain: lower 'smallest' ({settings.smallest})")
    return trace_pixels(labels, pixel=side / len(labels))


def measured(settings: Settings, rng: np.random.Generator) -> tuple[NDArray[np.int32], float]:
    """The cleaned map [pixels, pixels] of one structure, and the side of its box."""
    radii = rng.weibull(_shape(settings.spread), settings.grains)
    true = power_diagram.fitted(radii**2 / np.mean(radii**2), rng)
    diameter = 2 * np.sqrt(measures.areas(true) / np.pi).mean()
    pixels = round(settings.pixels_per_grain * true.box[0] / diameter)
    displaced = measurement.displacements((pixels, pixels), settings.roughness, settings.correlation, rng)
    labels = measurement.misindexed(measurement.seen(true, displaced), settings.misindexed, rng)
    return cleaned(labels, settings.smallest), true.box[0]


def _shape(spread: float) -> float:
    """Of the Weibull law with this standard deviation over the mean (Justus et al., J. Appl. Meteor. 17, 350, 1978)."""
    return float(spread**-1.086)
