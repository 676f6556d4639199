"""The same decoder on latents around those of single patches."""

from collections.abc import Iterator

from graincast.generation.data.drawn import DrawnMap
from graincast.generation.samplers import mixture
from graincast.generation.sources import decoding
from graincast.generation.sources.given import Given

LABEL = "mixture"
NEEDS = "autoencoder"


def drawn(given: Given) -> Iterator[DrawnMap]:
    """Pieces of each step."""
    return decoding.sampled(given, mixture.drawn)
