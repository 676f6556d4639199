"""The same structures grown by another solver: how much of a distance a way to grow them makes."""

from collections.abc import Iterator

from graincast.generation.data.drawn import DrawnMap
from graincast.generation.sources import canonical
from graincast.generation.sources.given import Given

LABEL = "grown by a phase field"
DATA = "other_solver"


def drawn(given: Given) -> Iterator[DrawnMap]:
    """All fields that there are."""
    for sample, field in enumerate(given.shown):
        yield canonical.read_field(field, sample)
