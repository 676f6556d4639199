"""Pieces decoded from latents that a sampler draws: one decoder, and only the sampler differs."""

import time
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from graincast.generation.data.drawn import DrawnMap
from graincast.generation.sources import pieces
from graincast.generation.sources.given import Given

Sampler = Callable[[NDArray[np.float64], int, np.random.Generator], NDArray[np.float64]]
ENCODED = 1000  # pieces of true fields of each step that a sampler is fitted to


def sampled(given: Given, sampler: Sampler) -> Iterator[DrawnMap]:
    """As many pieces of each step as are asked for. Those of one sample have nothing in common but their number."""
    model = pieces.model(given)
    for step in given.steps:
        cut = pieces.cut(given.at(step), ENCODED, model.side, step)
        latents = pieces.encoded(model, cut, given.device)
        start = time.perf_counter()
        drawn = pieces.decoded(model, sampler(latents, given.patches, given.chance(step)), given.device)
        seconds = (time.perf_counter() - start) / given.patches
        yield from pieces.read(drawn, step, range(given.patches), seconds)
