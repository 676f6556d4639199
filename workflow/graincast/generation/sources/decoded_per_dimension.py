"""The published generation: the decoder on latents from a normal law for each dimension."""

from collections.abc import Iterator

from graincast.generation.data.drawn import DrawnMap
from graincast.generation.samplers import per_dimension
from graincast.generation.sources import decoding
from graincast.generation.sources.given import Given

LABEL = "published sampler"
NEEDS = "autoencoder"


def drawn(given: Given) -> Iterator[DrawnMap]:
    """Pieces of each step."""
    return decoding.sampled(given, per_dimension.drawn)
