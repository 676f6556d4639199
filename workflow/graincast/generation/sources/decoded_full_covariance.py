"""The same decoder on latents with the covariance that a step has."""

from collections.abc import Iterator

from graincast.generation.data.drawn import DrawnMap
from graincast.generation.samplers import full_covariance
from graincast.generation.sources import decoding
from graincast.generation.sources.given import Given

LABEL = "full covariance"
NEEDS = "autoencoder"


def drawn(given: Given) -> Iterator[DrawnMap]:
    """Pieces of each step."""
    return decoding.sampled(given, full_covariance.drawn)
