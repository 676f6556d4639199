"""A model asked of a whole picture of any size: in tiles that overlap, so that memory is bounded.

A tile is looked at with `reach` pixels around it, which are then left out: a tile says what the whole would. Edges of
the picture are continued by their outermost pixels to a size that the model can halve.
"""

from collections.abc import Callable, Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from graincast.segmentation.contract import Guesser, Model, Partitioner, Repairer
from graincast.segmentation.data.crops import channels

TILE = 512  # pixels to the side
Floats = NDArray[np.float32]
Window = tuple[slice, slice]


def asked(model: Model, seen: Floats, *more: Floats) -> Floats:
    """What a model says [channels, rows, columns] of a picture [rows, columns] or [rows, columns, 3].

    `more` are pictures [rows, columns] that it sees beside it: a guess to mend.
    """
    shown = channels(seen)
    said: Floats | None = None
    for outer, inner, within in tiles(shown.shape[1:], model.reach):
        found = _said(model, [array[np.s_[..., *outer]] for array in (shown, *more)])
        if said is None:
            said = np.empty((len(found), *shown.shape[1:]), np.float32)
        said[:, *inner] = found[:, *within]
    assert said is not None
    return said


def tiles(shape: tuple[int, ...], reach: int) -> Iterator[tuple[Window, Window, Window]]:
    """What is looked at, what is kept of it, and where in what is looked at that is, tile by tile."""
    for row in range(0, shape[0], TILE):
        for column in range(0, shape[1], TILE):
            parts = [_along(first, side, reach) for first, side in zip((row, column), shape, strict=True)]
            outer, inner, within = zip(*parts, strict=True)
            yield outer, inner, within


def _along(first: int, side: int, reach: int) -> tuple[slice, slice, slice]:
    last = min(first + TILE, side)
    outer = slice(max(first - reach, 0), min(last + reach, side))
    return outer, slice(first, last), slice(first - outer.start, last - outer.start)


@torch.no_grad()
def _said(model: Model, arrays: list[Floats]) -> Floats:
    """What a model says of one tile of arrays [..., rows, columns], each the channels of an input."""
    rows, columns = arrays[0].shape[-2:]
    beyond = [-side % model.step for side in (rows, columns)]
    device = next(model.parameters()).device
    inputs = [_input(array, beyond).to(device) for array in arrays]
    found = _speaker(model)(*inputs)[0, :, :rows, :columns]
    return np.asarray(found.float().cpu().numpy())


def _input(array: Floats, beyond: list[int]) -> Tensor:
    """As a batch of one [1, channels, rows, columns]."""
    layers = array if array.ndim == 3 else array[None]
    padded = np.pad(layers, ((0, 0), (0, beyond[0]), (0, beyond[1])), mode="edge")
    return torch.from_numpy(np.ascontiguousarray(padded, np.float32))[None]


def _speaker(model: Model) -> Callable[..., Tensor]:
    if isinstance(model, Guesser):
        return model.guess
    if isinstance(model, Repairer):
        return model.mend
    assert isinstance(model, Partitioner)
    return model.together
