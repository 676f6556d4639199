"""Crops: what models learn from. Pieces of pictures at any place, mirrored and turned by quarters, noise of their own.

A crop is seen with a noise whose variance is drawn from 0 to that of its picture, and, with some chance, with the
looks of real pictures: then some of that noise may be of points that are coarser than pixels. Edges are found after
that, as they are in a picture of a user's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import ndimage
from torch import Tensor

from graincast.segmentation import edges
from graincast.segmentation.concepts import noise
from graincast.segmentation.data import known_pictures, looks
from graincast.segmentation.data.known_pictures import GrainPicture, luminance
from graincast.training.data import Chances, Data

Chosen = NDArray[np.int64]  # pictures of a batch
COLOURS, EDGES = 3, len(edges.DETECTORS)


@dataclass(frozen=True)
class Crops:
    """Some crops of one size."""

    seen: Tensor  # [b, 6, rows, columns] red, green and blue, then fused edges
    labels: Tensor  # [b, rows, columns] grains, UNKNOWN where nobody knows
    guess: Tensor  # [b, 1, rows, columns] how sure an earlier model is of a boundary; 0 where there is none

    def __len__(self) -> int:
        return len(self.seen)

    def some(self, chosen: slice) -> "Crops":
        """Some of them."""
        return Crops(self.seen[chosen], self.labels[chosen], self.guess[chosen])

    def to(self, device: torch.device) -> "Crops":
        """The same on a device."""
        return Crops(self.seen.to(device), self.labels.to(device), self.guess.to(device))


def channels(seen: NDArray[np.float32], low: float | None = None) -> NDArray[np.float32]:
    """What models see of a picture [rows, columns] or [rows, columns, 3]: colours and edges [6, rows, columns].

    `low` is the threshold of Canny, where it is that of a larger picture.
    """
    colours = np.broadcast_to(seen, (3, *seen.shape)) if seen.ndim == 2 else np.moveaxis(seen, -1, 0)
    return np.concatenate([colours, edges.fused(luminance(seen), low)])


@dataclass(frozen=True)
class CropCut:
    """How crops are cut and seen."""

    rows: int
    columns: int
    looks: float  # chance that a crop is given the looks of real pictures
    zoom: float = 1.0  # by which it is enlarged or reduced at most

    def crop(self, picture: GrainPicture, chance: np.random.Generator) -> tuple[NDArray, NDArray, NDArray]:
        """Channels [6, rows, columns], grains and guess [rows, columns] of a crop by chance."""
        grey, labels, guess = self._window(_turned(picture, chance), chance)
        error = picture.variance * chance.random()
        if grey.ndim == 2 and chance.random() < self.looks:
            coarse = error * chance.random() if chance.random() < looks.CHANCE else 0.0
            grey, error = looks.changed(grey.astype(float), labels, coarse, chance), error - coarse
        seen = noise.noisy(grey, error, chance)
        return self._filled(channels(seen), 0), self._filled(labels, known_pictures.UNKNOWN), self._filled(guess, 0)

    def _window(self, arrays: Sequence[NDArray], chance: np.random.Generator) -> list[NDArray]:
        """A window at any place, enlarged or reduced by chance, but not to less than a crop."""
        least = max(size / side for size, side in zip((self.rows, self.columns), arrays[0].shape, strict=False))
        zoom = max(self.zoom ** chance.uniform(-1, 1), min(least, 1.0))
        sizes = [max(1, round(size / zoom)) for size in (self.rows, self.columns)]
        window = []
        for side, size in zip(arrays[0].shape, sizes, strict=False):
            first = int(chance.integers(0, max(side - size, 0) + 1))
            window.append(slice(first, first + size))
        cut = [array[tuple(window)] for array in arrays]
        return cut if self.zoom == 1 else [_resized(array, zoom) for array in cut]

    def middle(self, picture: GrainPicture) -> tuple[NDArray, NDArray, NDArray]:
        """The same of the middle of a picture as it is always seen."""
        window = []
        for side, size in zip(picture.labels.shape, (self.rows, self.columns), strict=True):
            first = max(side - size, 0) // 2
            window.append(slice(first, first + size))
        at = tuple(window)
        seen = channels(picture.seen()[at])
        labels, guess = picture.labels[at], _guess(picture)[at]
        return self._filled(seen, 0), self._filled(labels, known_pictures.UNKNOWN), self._filled(guess, 0)

    def _filled(self, values: NDArray, beyond: float) -> NDArray:
        """Values [..., rows, columns] of a picture, brought to the size of a crop: cut, or `beyond` its edges."""
        cut = values[..., : self.rows, : self.columns]
        lacking = [(0, size - side) for side, size in zip(cut.shape[-2:], (self.rows, self.columns), strict=True)]
        return np.pad(cut, [(0, 0)] * (values.ndim - 2) + lacking, constant_values=beyond)


def _resized(array: NDArray, zoom: float) -> NDArray:
    """Greys or guesses [rows, columns], or [rows, columns, 3], between pixels; grains by the nearest."""
    rows, columns = ((np.arange(max(1, round(side * zoom))) + 0.5) / zoom - 0.5 for side in array.shape[:2])
    if array.dtype.kind == "i":
        near = [
            np.clip(np.rint(at).astype(int), 0, side - 1) for at, side in zip((rows, columns), array.shape, strict=True)
        ]
        return np.asarray(array[np.ix_(*near)])
    if not array.any():
        return np.zeros((len(rows), len(columns), *array.shape[2:]), array.dtype)
    at = np.meshgrid(rows, columns, indexing="ij")
    if array.ndim == 2:
        return np.asarray(ndimage.map_coordinates(array, at, order=1, mode="nearest"))
    return np.stack(
        [ndimage.map_coordinates(one, at, order=1, mode="nearest") for one in np.moveaxis(array, -1, 0)], -1
    )


def _guess(picture: GrainPicture) -> NDArray[np.float32]:
    return np.zeros(picture.labels.shape, np.float32) if picture.guess is None else picture.guess


def _turned(picture: GrainPicture, chance: np.random.Generator) -> tuple[NDArray, NDArray, NDArray]:
    """Its arrays, mirrored in either axis or not; quarter turns are for those that are square enough."""
    arrays = [picture.grey, picture.labels, _guess(picture)]
    for axis in (0, 1):
        if chance.integers(2):
            arrays = [np.flip(array, axis) for array in arrays]
    if chance.integers(2) and picture.labels.shape[0] == picture.labels.shape[1]:
        arrays = [np.swapaxes(array, 0, 1) for array in arrays]
    return arrays[0], arrays[1], arrays[2]


class PictureCrops(Data[Chosen, Crops]):
    """One split of pictures, by the crop."""

    on_processor = True

    def __init__(self, found: Sequence[GrainPicture], cut: CropCut, batch: int, an_epoch: int) -> None:
        self.pictures, self.cut, self.size, self.an_epoch = found, cut, batch, an_epoch

    def epoch(self, _number: int, rng: np.random.Generator) -> list[Chosen]:
        """Every picture as often as every other, give or take one."""
        rounds = -(-self.an_epoch // len(self.pictures))
        order = np.concatenate([rng.permutation(len(self.pictures)) for _ in range(rounds)])[: self.an_epoch]
        return np.split(order, range(self.size, len(order), self.size))

    def batch(self, chosen: Chosen, chances: Chances) -> Crops:
        """Crops by chance."""
        return _together(
            [self.cut.crop(self.pictures[at], chance) for at, chance in zip(chosen.tolist(), chances, strict=True)]
        )

    def in_order(self) -> list[Chosen]:
        """One crop of each picture."""
        return np.split(np.arange(len(self.pictures)), range(self.size, len(self.pictures), self.size))

    def unchanged(self, chosen: Chosen) -> Crops:
        """The middles of pictures."""
        return _together([self.cut.middle(self.pictures[at]) for at in chosen.tolist()])

    def to(self, _device: torch.device) -> "PictureCrops":
        """Where it is: edges are found on the CPU."""
        return self


def _together(found: Sequence[tuple[NDArray, NDArray, NDArray]]) -> Crops:
    seen, labels, guess = (np.stack([one[at] for one in found]) for at in range(3))
    return Crops(
        torch.from_numpy(seen.astype(np.float32)),
        torch.from_numpy(labels.astype(np.int64)),
        torch.from_numpy(guess.astype(np.float32))[:, None],
    )


def load(path: Path, cut: CropCut, batch: int, an_epoch: int) -> PictureCrops:
    """The pictures of a split, by the crop."""
    return PictureCrops(known_pictures.some(path), cut, batch, an_epoch)
