"""Pieces of unseen fields, encoded and decoded: what the autoencoder itself loses, before anything is sampled."""

import time
from collections.abc import Iterator

from graincast.generation.data.drawn import DrawnMap
from graincast.generation.sources import pieces
from graincast.generation.sources.given import Given

LABEL = "reconstruction"
NEEDS = "autoencoder"


def drawn(given: Given) -> Iterator[DrawnMap]:
    """The very pieces that `true_pieces` reads."""
    model = pieces.model(given)
    for step in given.steps:
        alike = [field for field in given.test if field.step == step]
        start = time.perf_counter()
        cut = pieces.cut(alike, given.patches, model.side, step)
        drawn = pieces.decoded(model, pieces.encoded(model, cut, given.device), given.device)
        seconds = (time.perf_counter() - start) / given.patches
        yield from pieces.read(drawn, step, [number % len(alike) for number in range(given.patches)], seconds)
