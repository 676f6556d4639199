"""The truth: fields that no model has seen, read as all others are."""

from collections.abc import Iterator

from graincast.generation.data.drawn import DrawnMap
from graincast.generation.sources import canonical
from graincast.generation.sources.given import Given

LABEL = "truth"


def drawn(given: Given) -> Iterator[DrawnMap]:
    """Fields of the test split."""
    for sample, field in enumerate(given.test):
        yield canonical.read_field(field, sample)
