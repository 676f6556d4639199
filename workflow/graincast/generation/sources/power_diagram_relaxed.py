"""Power diagrams with the sizes of true fields, relaxed by a breath of front tracking."""

from collections.abc import Iterator

from graincast.generation.breath import relaxed
from graincast.generation.data.drawn import DrawnMap
from graincast.generation.sources import canonical
from graincast.generation.sources.given import Given
from graincast.generation.sources.power_diagram import matched

LABEL = "power diagram, same sizes, relaxed"


def drawn(given: Given) -> Iterator[DrawnMap]:
    """One like each of some training fields of every step."""
    return canonical.read_networks(lambda like, rng: relaxed(matched(like, rng)), given)
