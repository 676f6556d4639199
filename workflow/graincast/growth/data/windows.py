"""Training windows: boundary images and grain maps of whole simulations, as one file a split."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from graincast.base.errors import GraincastError
from graincast.base.storage import array_names, read_arrays
from graincast.growth.forecaster import Sequences


@dataclass(frozen=True)
class Windows:
    """Kept as stored, a byte a pixel of each: a batch is made of it where it is needed."""

    path: Path
    images: Tensor  # [simulations, frames, H, W] uint8
    grains: Tensor  # [simulations, frames, H, W] uint8 or int32
    within: str = ""  # what the names of its arrays begin with in the file
    scored: NDArray[np.bool_] | None = None  # pixels [H, W] that scores count; None: all

    def __len__(self) -> int:
        return len(self.images)

    @property
    def frames(self) -> int:
        return self.images.shape[1]

    def to(self, device: torch.device) -> "Windows":
        """The same on a device."""
        return replace(self, images=self.images.to(device), grains=self.grains.to(device))

    def about(self, names: tuple[str, ...]) -> dict[str, NDArray]:
        """More arrays of the same windows."""
        stored = read_arrays(self.path, tuple(self.within + name for name in names))
        return {name: stored[self.within + name] for name in names}


def load(path: Path) -> Windows:
    """The windows of one split."""
    return _loaded(Path(path), "")


def load_by_box(path: Path) -> list[Windows]:
    """The windows of one split, those of each size of box apart.

    Measured maps of which nothing is scored are left out: perhaps all.
    """
    if "images" in array_names(path):
        return [load(path)]
    found = []
    for number in read_arrays(path, ("simulations",))["simulations"]:
        scored = read_arrays(path, (f"{number}/scored",))[f"{number}/scored"]
        if scored.any():
            found.append(replace(_loaded(path, f"{number}/"), scored=scored))
    return found


def _loaded(path: Path, within: str) -> Windows:
    """Windows of one box, whose arrays' names begin so."""
    stored = read_arrays(path, (f"{within}images", f"{within}labels"))
    images, labels = stored[f"{within}images"], stored[f"{within}labels"]
    if images.ndim != 4 or images.dtype != np.uint8 or labels.shape != images.shape:
        raise GraincastError(
            f"{path}: images are {images.dtype} {images.shape} and labels {labels.shape}, "
            "expected uint8 with 4 axes and as many labels"
        )
    narrow = labels if labels.dtype == np.uint8 else labels.astype(np.int32)  # torch knows no wider unsigned ones
    return Windows(path, torch.from_numpy(images), torch.from_numpy(narrow), within)


def check_frames(windows: Windows, length: int) -> None:
    """An error if there are no sequences of `length` frames."""
    if windows.frames < length:
        raise GraincastError(f"{windows.path}: has {windows.frames} frames, training with this horizon needs {length}")


def batches(windows: Windows, size: int, length: int, rng: np.random.Generator) -> list[tuple[NDArray, NDArray]]:
    """One epoch: batches of (simulations, first frames) for sequences of `length` frames, each simulation once."""
    check_frames(windows, length)
    order = rng.permutation(len(windows))
    first = rng.integers(windows.frames - length + 1, size=len(windows))
    return [(order[at : at + size], first[at : at + size]) for at in range(0, len(order), size)]


def sequences(windows: Windows, chosen: tuple[NDArray, NDArray], length: int) -> Sequences:
    """The sequences of `length` frames that a batch names."""
    simulation = torch.from_numpy(chosen[0])[:, None]
    frame = torch.from_numpy(chosen[1])[:, None] + torch.arange(length)
    return Sequences(windows.images[simulation, frame].float() / 255, windows.grains[simulation, frame].long())
