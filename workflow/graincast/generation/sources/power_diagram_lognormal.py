"""A floor that does not know the sizes: power diagrams of lognormal sizes with the spread of the true ones."""

from collections.abc import Iterator

import numpy as np

from graincast.generation.data.drawn import DrawnMap
from graincast.generation.data.fields import StructureField
from graincast.generation.sources import canonical
from graincast.generation.sources.given import Given
from graincast.material.networks import measures
from graincast.material.networks.network import Network
from graincast.material.structures import lognormal

LABEL = "power diagram, lognormal sizes"


def fit(like: StructureField, rng: np.random.Generator) -> Network:
    """A diagram of as many grains as a field has, of the same spread of ln R."""
    settings = lognormal.Settings(len(like.area), measures.log_spread(like.area.astype(float)))
    return lognormal.network(settings, rng)


def drawn(given: Given) -> Iterator[DrawnMap]:
    """One like each of some training fields of every step."""
    return canonical.read_networks(fit, given)
