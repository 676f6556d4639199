"""What a way from a picture to grains is given, and what it finds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from graincast.segmentation import tiling, trained
from graincast.segmentation.contract import Guesser, Model, Partitioner, Repairer
from graincast.segmentation.data import known_pictures
from graincast.segmentation.data.known_pictures import GrainPicture


@dataclass(frozen=True)
class FoundGrains:
    """Grains of one picture, and how they were come by."""

    labels: NDArray[np.int32]  # [rows, columns] from 0
    line: NDArray[np.bool_] | None = None  # [rows, columns] the way's own picture of boundaries
    chance: NDArray[np.floating] | None = None  # [rows, columns] of a boundary
    passes: int | None = None  # of a repair
    stages: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)  # pictures of boundaries on the way
    more: Mapping[str, float] = field(default_factory=dict)  # what else it says of itself, for the table


Way = Callable[[GrainPicture], FoundGrains]


@dataclass(frozen=True)
class WayGiven:
    train: Path  # pictures that models learned from
    weights: Mapping[str, Path]  # of models by their kind
    device: torch.device

    @cached_property
    def learned_from(self) -> list[GrainPicture]:
        return known_pictures.some(self.train)

    def guesser(self) -> Guesser:
        return trained.loaded(self.weights["guesser"], self.device, Guesser)  # type: ignore[type-abstract]

    def repairer(self) -> Repairer:
        return trained.loaded(self.weights["repairer"], self.device, Repairer)  # type: ignore[type-abstract]

    def partitioner(self) -> Partitioner:
        return trained.loaded(self.weights["partitioner"], self.device, Partitioner)  # type: ignore[type-abstract]

    def guessed(self, guesser: Guesser, picture: GrainPicture) -> NDArray[np.float32]:
        """How sure a first guess is of a boundary [rows, columns]: the picture's own, where it has one."""
        return self.asked(guesser, picture)[0] if picture.guess is None else picture.guess

    def asked(self, model: Model, picture: GrainPicture, *more: NDArray[np.float32]) -> NDArray[np.float32]:
        """What a model says of a picture as it is seen."""
        return tiling.asked(model, picture.seen(), *more)
