"""A model asked of a whole picture of any size: in tiles that overlap, so that memory is bounded.

A tile is looked at with `reach` pixels around it, or a few more, which are then left out: it begins at a multiple of
the model's step, so that it is halved as the whole would be. Edges of the picture are continued by their outermost
pixels to a size that the model can halve. What a model normalises by is that of a tile.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from graincast.segmentation import edges, views
from graincast.segmentation.contract import Guesser, Model, Partitioner, Repairer
from graincast.segmentation.data.crops import channels
from graincast.segmentation.data.known_pictures import luminance

TILE = 512  # pixels to the side
Floats = NDArray[np.float32]
Window = tuple[slice, slice]


def asked(model: Model, seen: Floats, *more: Floats) -> Floats:
    """What a model says [channels, rows, columns] of a picture [rows, columns] or [rows, columns, 3].

    `more` are pictures [rows, columns] that it sees beside it: a guess to mend.
    """
    return _by_tile(seen, model, np.float32, lambda shown, outer: _said(model, [shown, *_cut(more, outer)]))


def together(model: Partitioner, seen: Floats, count: int = 1) -> NDArray[np.floating]:
    """What it says of pairs [offsets, rows, columns], as a mean over so many views of the picture.

    In half precision: of a large picture it takes most of the memory.
    """

    def said(shown: Floats, _outer: Window) -> Floats:
        total = np.zeros((len(model.offsets), *shown.shape[1:]), np.float32)
        for view in views.some(count):
            total += views.pairs_back(_said(model, [view.seen(shown)]), view, model.offsets)
        return np.asarray(total / count, np.float32)

    return _by_tile(seen, model, np.float16, said)


def _by_tile(seen: Floats, model: Model, kind: type[np.floating], say: Callable[[Floats, Window], Floats]) -> NDArray:
    """What is said of a picture, of the channels of each tile of it and where it lies."""
    low = edges.canny_threshold(luminance(seen))
    reach = -(-(model.reach + edges.REACH) // model.step) * model.step
    whole: NDArray | None = None
    for outer, inner, within in tiles(seen.shape[:2], reach):
        found = say(channels(seen[outer], low), outer)
        if whole is None:
            whole = np.empty((len(found), *seen.shape[:2]), kind)
        whole[:, *inner] = found[:, *within]
    assert whole is not None
    return whole


def _cut(arrays: Sequence[Floats], outer: Window) -> list[Floats]:
    return [array[outer] for array in arrays]


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
