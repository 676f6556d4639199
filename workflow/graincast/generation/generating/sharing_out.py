"""Orientations and phases of a map for new grains, so that each has its share of the area again.

The map's grains are put in a line, phase after phase and else in an order drawn by chance, each as long as its area; so
are the new ones, all by chance. A new grain takes the orientation and the phase of whom its middle stands beside.
Shares of area are kept to about the area of a grain. Neighbours are not: misorientations across boundaries are those of
chance.
"""

import numpy as np
from numpy.typing import NDArray

from graincast.material.grains import geometry
from graincast.material.microstructure import Microstructure


def shared_out(
    labels: NDArray[np.int32], step: float | None, given: Microstructure, rng: np.random.Generator
) -> Microstructure:
    """The structure of some new grains with orientations and phases of a map, if it has any."""
    if given.orientations is None and not given.phases:
        return Microstructure(labels, step)
    phase = np.unique(given.phases or np.zeros(given.grains), return_inverse=True)[1]
    giver = givers(geometry.areas(labels), geometry.areas(given.labels), phase, rng)
    orientations = None if given.orientations is None else given.orientations[giver]
    phases = tuple(given.phases[one] for one in giver.tolist()) if given.phases else ()
    return Microstructure(labels, step, orientations, phases)


def givers(
    area: NDArray[np.integer], given: NDArray[np.integer], phase: NDArray[np.integer], rng: np.random.Generator
) -> NDArray[np.int64]:
    """For each new grain, by its area, the grain of a map, of given areas and phases, that gives to it."""
    new, old = rng.permutation(len(area)), rng.permutation(len(given))
    old = old[np.argsort(phase[old], kind="stable")]
    middle = (np.cumsum(area[new]) - area[new] / 2) / area.sum()
    ends = np.cumsum(given[old]) / given.sum()
    giver = np.empty(len(area), np.int64)
    giver[new] = old[np.minimum(np.searchsorted(ends, middle, side="right"), len(old) - 1)]
    return giver
