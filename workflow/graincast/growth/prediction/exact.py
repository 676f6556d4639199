"""The solver's forecast of a field: its boundaries are traced, move by curvature, and are drawn again.

Fields that are finer than the solver needs are thinned for it; maps are drawn in the pixels of the field. What lies
beyond its edges is mirrored there (`networks.surroundings`), as far as it can matter until the last frame.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graincast.base.errors import GraincastError
from graincast.growth.prediction.outcome import FieldOfView
from graincast.material.networks.evolution import Unsound
from graincast.material.networks.network import Network
from graincast.material.networks.rendering import label_map
from graincast.material.networks.surroundings import Closed, closed, tiled
from graincast.material.networks.tracing import trace
from graincast.material.solvers import front_tracking

FINE = 16.0  # pixels to the side of a mean grain that are traced at least
MARGIN = 4.0  # sides of a mean grain, and
REACH = 2.0  # of the way that a boundary goes in a time: sqrt(k t)


@dataclass(frozen=True)
class TracedField:
    """A field as the solver takes it: a network in a periodic box, in pixels of the field."""

    network: Network
    box: Closed
    step: int  # pixels of the field to one that was traced


def thinned(field: FieldOfView) -> tuple[NDArray[np.int32], int]:
    """Every step-th row and column of a field [rows, columns], and the step."""
    step = max(1, math.floor(math.sqrt(field.mean_area) / FINE))
    while field.periodic and any(side % step for side in field.labels.shape):
        step -= 1  # the period stays what it is
    at = [np.minimum(np.arange(0, side, step) + step // 2, side - 1) for side in field.labels.shape]
    return field.labels[np.ix_(*at)], step


def started(field: FieldOfView, until: float) -> TracedField:
    """The network of a field that is to be followed until k t, in square pixels."""
    labels, step = thinned(field)
    margin = math.ceil((MARGIN * math.sqrt(field.mean_area) + REACH * math.sqrt(until)) / step)
    box = tiled(labels) if field.periodic else closed(labels, margin)
    return TracedField(trace(box.labels, float(step)), box, step)


def evolved(network: Network, times: NDArray[np.float64], segment: float) -> list[Network]:
    """The networks of the start and of some times k t after it; an error with its cure where the solver ends."""
    try:
        return [network, *front_tracking.evolve(network, front_tracking.Settings(segment), times).networks]
    except Unsound as stop:
        raise GraincastError(
            f"the solver cannot go on: {stop}: ask for an earlier end (--until), or for a model (--method model)"
        ) from stop


def maps(start: TracedField, networks: list[Network], shape: tuple[int, ...]) -> Iterator[NDArray[np.int32]]:
    """The grains of a field of this shape in each network; a grain keeps its number."""
    rows, columns = (side * start.step for side in start.box.labels.shape)
    first = [one.indices(side)[0] * start.step for one, side in zip(start.box.field, (rows, columns), strict=True)]
    part = (slice(first[0], first[0] + shape[0]), slice(first[1], first[1] + shape[1]))
    for network in networks:
        yield start.box.origin[label_map(network, (rows, columns), part)]
