"""The floor: power diagrams with the very sizes of true fields, at random places. It is what most RVE tools do."""

from collections.abc import Iterator

import numpy as np

from graincast.generation.data.drawn import DrawnMap
from graincast.generation.data.fields import StructureField
from graincast.generation.sources import canonical
from graincast.generation.sources.given import Given
from graincast.material.networks.network import Network
from graincast.material.structures.power_diagram import fitted

LABEL = "power diagram, same sizes"


def matched(like: StructureField, rng: np.random.Generator) -> Network:
    """A diagram whose grains have the areas of a field's, with a mean area of 1."""
    area = like.area.astype(float)
    return fitted(area / area.mean(), rng)


def drawn(given: Given) -> Iterator[DrawnMap]:
    """One like each of some training fields of every step."""
    return canonical.read_networks(matched, given)
