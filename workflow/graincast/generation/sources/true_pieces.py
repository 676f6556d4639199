"""The truth of pieces: cut out of fields that no model has seen."""

from collections.abc import Iterator

from graincast.generation.data.drawn import DrawnMap
from graincast.generation.sources import pieces
from graincast.generation.sources.given import Given

LABEL = "truth"
NEEDS = "autoencoder"
ONCE = "of a model it needs the side of its patches alone"


def drawn(given: Given) -> Iterator[DrawnMap]:
    """Pieces of each step."""
    return pieces.of_fields(given.test, given, pieces.side(given))
