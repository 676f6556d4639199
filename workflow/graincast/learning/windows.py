"""Training windows: boundary images of whole simulations in 0..1, as one file a split."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from graincast.errors import GraincastError
from graincast.storage import read_arrays


@dataclass(frozen=True)
class Windows:
    path: Path
    images: Tensor  # [simulations, frames, H, W], float32 in 0..1

    def __len__(self) -> int:
        return len(self.images)

    @property
    def frames(self) -> int:
        return self.images.shape[1]


def load(path: Path) -> Windows:
    """The windows of one split."""
    stored = read_arrays(path, ("images",))["images"]
    if stored.ndim != 4 or stored.dtype != np.uint8:
        raise GraincastError(f"{path}: images are {stored.dtype} {stored.shape}, expected uint8 with 4 axes")
    return Windows(Path(path), torch.from_numpy(stored).float() / 255)


def batches(windows: Windows, size: int, length: int, rng: np.random.Generator) -> list[tuple[NDArray, NDArray]]:
    """One epoch: batches of (simulations, first frames) for sequences of `length` frames, each simulation once."""
    if windows.frames < length:
        raise GraincastError(f"{windows.path}: has {windows.frames} frames, training with this horizon needs {length}")
    order = rng.permutation(len(windows))
    first = rng.integers(windows.frames - length + 1, size=len(windows))
    return [(order[at : at + size], first[at : at + size]) for at in range(0, len(order), size)]


def sequences(windows: Windows, chosen: tuple[NDArray, NDArray], length: int) -> Tensor:
    """The sequences [B, length, H, W] that a batch names."""
    return torch.stack([windows.images[index, first : first + length] for index, first in zip(*chosen, strict=True)])
