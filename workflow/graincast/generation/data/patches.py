"""Patches: square pieces of fields at any place, in any direction, mirrored or not, and enlarged.

Size is a symmetry: a model may be shown all fields at one size of their mean grain, give or take a chance.

A patch of a periodic field may lie across its edges. Beyond the edges of another field lies its mirror image, which is
not counted: a patch says which of its pixels are. Distances grow with the picture, and so does the mean grain that the
patch is said to have.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates
from torch import Tensor

from graincast.generation.data import fields
from graincast.generation.data.fields import StructureField
from graincast.training.data import Chances, Data

JUDGED = 4  # patches of each field, in a split that is judged by
Chosen = NDArray[np.int64]  # fields of a batch


@dataclass(frozen=True)
class Patches:
    """Some patches, with the conditions of their fields."""

    distance: Tensor  # [b, 1, side, side] pixels
    counted: Tensor  # [b, 1, side, side] 1 where a pixel is of the field itself, else 0
    conditions: Tensor  # [b, 3], encoded

    def __len__(self) -> int:
        return len(self.distance)

    def some(self, chosen: slice) -> "Patches":
        """Some of them."""
        return Patches(self.distance[chosen], self.counted[chosen], self.conditions[chosen])

    def to(self, device: torch.device) -> "Patches":
        """The same on a device."""
        return Patches(self.distance.to(device), self.counted.to(device), self.conditions.to(device))


def any_turn(chance: np.random.Generator) -> NDArray[np.float64]:
    """By any angle, mirrored or not [2, 2]: for fields without a direction."""
    angle = chance.uniform(0, 2 * math.pi)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    return turn[:, ::-1] if chance.integers(2) else turn


def half_turn(chance: np.random.Generator) -> NDArray[np.float64]:
    """By half a turn or not at all [2, 2]: what is stretched along a direction stays so."""
    return np.eye(2) * (1 - 2 * int(chance.integers(2)))


@dataclass(frozen=True)
class PatchCut:
    """How patches are cut."""

    side: int  # pixels
    zoom: float  # largest enlargement and reduction by chance; 1: none
    grain_px: float | None  # side that the mean grain of each field is brought to first; None: as it is drawn
    turn: Callable[[np.random.Generator], NDArray[np.float64]] = any_turn

    def patch(self, field: StructureField, chance: np.random.Generator) -> tuple[NDArray, NDArray, NDArray]:
        """Distance and what counts of it [side, side], and the encoded conditions [3]."""
        zoom = math.exp(chance.uniform(-1, 1) * math.log(self.zoom))
        if self.grain_px is not None:
            zoom *= self.grain_px / field.conditions.grain_px
        places = self._places(field, zoom, chance)
        mode = "grid-wrap" if field.periodic else "mirror"
        shape = (self.side, self.side)
        distance = zoom * map_coordinates(field.distance, places, order=1, mode=mode).reshape(shape)
        inside = np.ones(places.shape[1], bool)
        if not field.periodic:
            rows, columns = field.distance.shape
            inside = (places >= 0).all(axis=0) & (places[0] <= rows - 1) & (places[1] <= columns - 1)
        return distance, inside.reshape(shape), field.conditions.enlarged(zoom).encoded()

    def _places(self, field: StructureField, zoom: float, chance: np.random.Generator) -> NDArray[np.float64]:
        """Rows and columns [2, side^2] of the field that the pixels of a patch show."""
        turn = self.turn(chance) / zoom
        grid = np.indices((self.side, self.side)).reshape(2, -1) - (self.side - 1) / 2
        return np.asarray(turn @ grid + (chance.uniform(size=2) * field.distance.shape)[:, None])


@dataclass(frozen=True)
class FieldPatches(Data[Chosen, Patches]):
    """A split of fields, as many patches an epoch as are asked for."""

    on_processor: ClassVar[bool] = True

    path: Path
    fields: tuple[StructureField, ...]
    cut: PatchCut
    size: int  # of a batch
    an_epoch: int  # patches

    def epoch(self, _number: int, rng: np.random.Generator) -> list[Chosen]:
        """Fields in turn, each as often as any other."""
        order = np.concatenate(
            [rng.permutation(len(self.fields)) for _ in range(-(-self.an_epoch // len(self.fields)))]
        )
        return _by_the_batch(order[: self.an_epoch], self.size)

    def batch(self, chosen: Chosen, chances: Chances) -> Patches:
        """A patch of each field that is chosen."""
        return cut_from([self.fields[field] for field in chosen], self.cut, chances)

    def in_order(self) -> list[Chosen]:
        """The same patches every time: their chances are their numbers."""
        return _by_the_batch(np.arange(JUDGED * len(self.fields)), self.size)

    def unchanged(self, chosen: Chosen) -> Patches:
        """The patches of these numbers."""
        chances = tuple(np.random.default_rng(int(number)) for number in chosen)
        return cut_from([self.fields[number // JUDGED] for number in chosen], self.cut, chances)

    def to(self, _device: torch.device) -> "FieldPatches":
        """Where it is: patches are cut on the processor."""
        return self


def load(path: Path, cut: PatchCut, size: int, an_epoch: int) -> FieldPatches:
    """The split in a file."""
    return FieldPatches(path, tuple(fields.read(path)), cut, size, an_epoch)


def cut_from(some: list[StructureField], cut: PatchCut, chances: Chances) -> Patches:
    """A patch of each field."""
    found = [cut.patch(field, chance) for field, chance in zip(some, chances, strict=True)]
    distance, counted, asked = (np.stack(parts).astype(np.float32) for parts in zip(*found, strict=True))
    return Patches(torch.from_numpy(distance)[:, None], torch.from_numpy(counted)[:, None], torch.from_numpy(asked))


def _by_the_batch(order: NDArray[np.int64], size: int) -> list[Chosen]:
    return np.split(order, range(size, len(order), size))
