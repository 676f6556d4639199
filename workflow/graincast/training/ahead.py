"""The batches of a training in order, made as they are needed or ahead of that by processes of their own.

A GPU takes a step in less time than a processor cuts crops or finds edges. All chance of a batch is keyed by its place,
so that it is the same whoever makes it.
"""

import itertools
import signal
from collections.abc import Generator, Iterator, Sequence
from typing import Any

import numpy as np
from torch.utils.data import DataLoader, Dataset

from graincast.training.data import AnyData, Batch, Chances

Place = tuple[int, int]  # epoch and batch in it, both from 0
Made = tuple[Batch, Chances]  # a batch, and the chances of its samples as far as they are used


class Batches(Dataset[Made]):
    """Those of a split, by their place."""

    def __init__(self, data: AnyData, seed: int) -> None:
        self.data, self.seed = data, seed
        self.number, self.named = -1, list[Any]()

    def epoch(self, number: int) -> Sequence[Any]:
        """The names of its batches."""
        if number != self.number:
            self.number, self.named = number, list(self.data.epoch(number, np.random.default_rng([self.seed, number])))
        return self.named

    def __getitem__(self, place: Place) -> Made:
        named = self.epoch(place[0])[place[1]]
        chances = chances_of([self.seed, *place], len(named))
        return self.data.batch(named, chances), chances

    def places(self, first: Place) -> Iterator[Place]:
        """All places without an end, from the first on."""
        epoch, batch = first
        for number in itertools.count(epoch):
            for place in range(batch if number == epoch else 0, len(self.epoch(number))):
                yield number, place


def chances_of(key: list[int], count: int) -> Chances:
    """A generator of its own for every sample: the same however many processes share them."""
    return tuple(np.random.default_rng([*key, number]) for number in range(count))


def made(batches: Batches, first: Place, loaders: int) -> Generator[Made]:
    """The batches from a place on, by so many processes; by this one where there are none, or its device makes them.

    Closed, it ends them.
    """
    places = batches.places(first)
    if loaders == 0 or not batches.data.on_processor:
        yield from (batches[place] for place in places)
        return
    yield from DataLoader(
        batches,
        batch_size=None,
        sampler=_Endless(places),
        num_workers=loaders,
        worker_init_fn=_deaf,
        multiprocessing_context="fork",  # what is loaded is shared
    )


class _Endless:
    """What a DataLoader takes for its sampler."""

    def __init__(self, places: Iterator[Place]) -> None:
        self.places = places

    def __iter__(self) -> Iterator[Place]:
        return self.places


def _deaf(_loader: int) -> None:
    """A signal to the whole group is for the process that trains: it saves, and these end with it."""
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, signal.SIG_IGN)
