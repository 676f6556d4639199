"""Whether a forecast turns with its input: growth knows no place, no direction and no numbers of grains.

A structure is shifted by half a box and an odd number of pixels, turned by a quarter, or flipped; the forecast of what
came of it is held against the forecast of the structure itself, moved alike. For a model that knows of grains their
numbers are permuted too, which must not move anything. The error is the root mean square difference of the images of a
frame: 0, up to rounding, for a model that has the symmetry. A forecast that diverged is taken as an image of noughts.
"""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from graincast.growth.data.random_moves import moved
from graincast.growth.forecaster import Forecast, Sequences
from graincast.growth.trained import Trained
from graincast.scoring import images

ODD = (1, 3)  # pixels beyond half a box, down and right: no whole number of tokens
Move = Callable[[Tensor], Tensor]  # of frames [..., H, W]


def errors(
    model: Trained, known: Sequences, forecast: Forecast, seeds: NDArray[np.integer], device: torch.device
) -> dict[str, NDArray[np.float64]]:
    """Errors [structures, frames] by symmetry, of structures with their shown frames, forecast and seeds."""
    own, frames = forecast.images, forecast.images.shape[1]
    found = {}
    for name, move in _moves(*own.shape[-2:]).items():
        shown = Sequences(move(known.images), move(known.grains))
        found[f"{name}_error"] = _difference(model.forecast(shown, frames, device).images, move(own))
    if forecast.regions is not None:
        shown = Sequences(known.images, _renumbered(known.grains, seeds))
        found["relabel_error"] = _difference(model.forecast(shown, frames, device).images, own)
    return found


def _moves(height: int, width: int) -> dict[str, Move]:
    down, right = height // 2 + ODD[0], width // 2 + ODD[1]
    return {
        "shift": lambda frames: moved(frames, down, right, 0, False),
        "turn": lambda frames: moved(frames, 0, 0, 1, False),
        "flip": lambda frames: moved(frames, 0, 0, 0, True),
    }


def _renumbered(grains: Tensor, seeds: NDArray[np.integer]) -> Tensor:
    """Grain maps [B, frames, H, W] with the numbers of each structure's grains permuted by its own seed."""
    renumbered = []
    for one, seed in zip(grains, seeds, strict=True):
        numbers = np.random.default_rng(int(seed)).permutation(int(one.max()) + 1)
        renumbered.append(torch.from_numpy(numbers)[one])
    return torch.stack(renumbered)


def _difference(one: Tensor, other: Tensor) -> NDArray[np.float64]:
    """Root mean square difference [...] of images [..., H, W]."""
    finite = [torch.nan_to_num(part, nan=0.0, posinf=0.0, neginf=0.0).numpy() for part in (one, other)]
    return np.asarray(np.sqrt(images.squared_errors(*finite)))
