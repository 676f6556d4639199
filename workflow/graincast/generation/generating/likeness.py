"""A map of a user's own as a generator is shown it: a field at the usual size, and how it is read there.

Its grains are closed by mirror images along the edges, traced, and drawn as distances from the traced boundaries, so
neither the pixels of the map nor its edges are learned.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graincast.base.errors import GraincastError
from graincast.generation import reading
from graincast.generation.data import conditions
from graincast.generation.data.conditions import TYPICAL_PX, Conditions
from graincast.generation.data.fields import UNKNOWN_STEP, StructureField
from graincast.generation.generating import grain_statistics
from graincast.generation.generating.grain_statistics import Statistics
from graincast.material.exports import stray_pieces
from graincast.material.grains.field_sizes import grains_seen
from graincast.material.grains.numbering import consecutive
from graincast.material.microstructure import Microstructure
from graincast.material.networks.distances import distance_map
from graincast.material.networks.surroundings import closed
from graincast.material.networks.tracing import trace
from graincast.scoring import grain_descriptors

FEWEST_WHOLE = 6  # grains clear of the edge, without which nothing can be said
FINE_PX = 24.0  # of a mean grain's side: more pixels are thinned, for a tracing needs no more
MARGIN = 2.0  # sides of a mean grain that are mirrored


@dataclass(frozen=True)
class Likeness:
    structure: Microstructure
    field: StructureField
    own: Statistics  # of the map as it is, in its pixels
    read: Statistics  # of the field, read as made ones are
    grains: float  # of the map; those that the edge cuts count half
    grains_per_square: float  # that are read in a square with the side of the mean grain

    @property
    def conditions(self) -> Conditions:
        return self.field.conditions


def of(structure: Microstructure, where: str) -> Likeness:
    """That of a map with grains enough."""
    whole = grain_descriptors.described(structure.labels, False)
    if len(whole.area) < FEWEST_WHOLE:
        raise GraincastError(
            f"{where}: {len(whole.area)} of {structure.grains} grains lie clear of its edges, expected {FEWEST_WHOLE} "
            "or more to be like"
        )
    found = conditions.of_grains(whole.area, whole.sides, whole.weight)
    distance = _distance(structure.labels, found.grain_px)
    field = StructureField(
        distance,
        found._replace(grain_px=TYPICAL_PX),
        UNKNOWN_STEP,
        False,
        (whole.area * (TYPICAL_PX / found.grain_px) ** 2).astype(np.float32),
        whole.sides.astype(np.int32),
    )
    labels = reading.patch(distance)
    rng = np.random.default_rng(0)
    return Likeness(
        structure,
        field,
        grain_statistics.of_maps([structure.labels], False, rng),
        grain_statistics.of_maps([labels], False, rng),
        grains_seen(structure.labels),
        grains_seen(labels) * TYPICAL_PX**2 / labels.size,
    )


def _distance(labels: NDArray[np.int32], grain_px: float) -> NDArray[np.float32]:
    """Distances [rows, columns] from the boundaries of a map, `TYPICAL_PX` pixels being the side of a mean grain."""
    step = max(1, math.floor(grain_px / FINE_PX))
    thin = consecutive(labels[step // 2 :: step, step // 2 :: step])
    box = closed(stray_pieces.mended(Microstructure(thin))[0].labels, math.ceil(MARGIN * grain_px / step))
    factor = TYPICAL_PX * step / grain_px
    shape = [round(side * factor) for side in box.labels.shape]
    drawn = distance_map(trace(box.labels), (shape[0], shape[1]))
    rows, columns = (slice(round(at.start * factor), round(at.stop * factor)) for at in box.field)
    return np.ascontiguousarray(drawn[rows, columns])
