"""Pieces as autoencoders know them: cut out of true fields as large as drawn, or decoded, and read as published."""

import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from graincast.generation import reading
from graincast.generation.contract import PatchAutoencoder
from graincast.generation.data.drawn import DrawnMap
from graincast.generation.data.fields import StructureField
from graincast.generation.data.patches import PatchCut, cut_from
from graincast.generation.sources.given import Given
from graincast.generation.trained import autoencoder

AT_ONCE = 32


def cut(fields: Sequence[StructureField], count: int, side: int, key: int) -> NDArray[np.float32]:
    """So many pieces [count, side, side] of fields in turn."""
    chosen = [fields[number % len(fields)] for number in range(count)]
    chances = tuple(np.random.default_rng([key, number]) for number in range(count))
    return np.asarray(cut_from(chosen, PatchCut(side, 1.0, None), chances).distance[:, 0].numpy(), np.float32)


def read(pieces: NDArray[np.float32], step: int, samples: Sequence[int], seconds: float) -> Iterator[DrawnMap]:
    """The grains of pieces, each of a sample."""
    for piece, sample in zip(pieces, samples, strict=True):
        start = time.perf_counter()
        labels = reading.published(piece)
        yield DrawnMap(labels, step, sample, 1.0, False, seconds + time.perf_counter() - start)


def of_fields(fields: Sequence[StructureField], given: Given, side: int) -> Iterator[DrawnMap]:
    """Pieces of true fields of each step."""
    for step in given.steps:
        alike = [field for field in fields if field.step == step]
        samples = [number % len(alike) for number in range(given.patches)]
        yield from read(cut(alike, given.patches, side, step), step, samples, 0.0)


def side(given: Given) -> int:
    """Of the patches of the autoencoder in the weights."""
    return model(given).side


def model(given: Given) -> PatchAutoencoder:
    """The autoencoder in the weights."""
    return autoencoder(given.needed_weights, given.device)


@torch.no_grad()
def encoded(encoder: PatchAutoencoder, pieces: NDArray[np.float32], device: torch.device) -> NDArray[np.float64]:
    """Means of their latents [pieces, latents]."""
    return _by_parts(lambda part: encoder.encode(part[:, None])[0], pieces, device).astype(np.float64)


@torch.no_grad()
def decoded(decoder: PatchAutoencoder, latents: NDArray[np.float64], device: torch.device) -> NDArray[np.float32]:
    """Distances [pieces, side, side], none below 0."""
    return np.maximum(_by_parts(lambda part: decoder.decode(part)[:, 0], latents, device), 0)


def _by_parts(work: Callable[[Tensor], Tensor], values: NDArray, device: torch.device) -> NDArray[np.float32]:
    """What the work makes of values [pieces, ...], some at once."""
    parts = np.split(values.astype(np.float32), range(AT_ONCE, len(values), AT_ONCE))
    return np.concatenate([work(torch.from_numpy(part).to(device)).float().cpu().numpy() for part in parts])
