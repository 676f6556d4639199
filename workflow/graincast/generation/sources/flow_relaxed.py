"""Our own generator, relaxed by a breath of front tracking."""

import time
from collections.abc import Iterator
from dataclasses import replace

from graincast.generation import reading
from graincast.generation.breath import relaxed
from graincast.generation.data.drawn import DrawnMap
from graincast.generation.sources import flow
from graincast.generation.sources.given import Given
from graincast.material.networks.distances import distance_map
from graincast.material.networks.tracing import trace

LABEL = "ours, relaxed"
NEEDS = "generator"


def drawn(given: Given) -> Iterator[DrawnMap]:
    """What the generator draws, traced, relaxed and read again."""
    for one in flow.drawn(given):
        start = time.perf_counter()
        if one.labels.max() == 0:  # a generator that has learned nothing may draw a single grain
            yield one
            continue
        labels = reading.field(distance_map(relaxed(trace(one.labels)), one.labels.shape))
        yield replace(one, labels=labels, seconds=one.seconds + time.perf_counter() - start)
