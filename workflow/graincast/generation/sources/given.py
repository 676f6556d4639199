"""What sources of structures draw from: true fields to be like, models, and how many are asked for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from graincast.base.errors import GraincastError
from graincast.generation.data.conditions import Conditions
from graincast.generation.data.drawn import DrawnMap
from graincast.generation.data.fields import StructureField


@dataclass(frozen=True)
class Given:
    train: tuple[StructureField, ...]  # that models learned from
    test: tuple[StructureField, ...]  # that they did not
    weights: Path | None  # of a model, for sources that need one
    fields: int  # periodic ones that are asked for at each step
    patches: int  # pieces that are asked for at each step
    device: torch.device
    seed: int
    shown: tuple[StructureField, ...] = ()  # of a data set of its own, for sources that show one

    @property
    def needed_weights(self) -> Path:
        """Of the model, for a source that cannot do without."""
        if self.weights is None:
            raise GraincastError("this source draws from a model: expected its weights (--weights), found none")
        return self.weights

    @property
    def steps(self) -> list[int]:
        return sorted({field.step for field in self.train})

    def at(self, step: int) -> list[StructureField]:
        """Fields of one step that models learned from."""
        return [field for field in self.train if field.step == step]

    def chance(self, *key: int) -> np.random.Generator:
        """A generator of its own for each thing that is drawn."""
        return np.random.default_rng([self.seed, *key])


Source = Callable[[Given], Iterator[DrawnMap]]


def wanted(fields: list[StructureField]) -> Conditions:
    """What the fields of a step have in common: the mean of their conditions."""
    return Conditions(*np.mean([field.conditions for field in fields], axis=0).tolist())
