"""A study from outside, as small as can be: clouds of points in the plane. It imports the foundation alone."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from graincast.base.errors import GraincastError
from graincast.base.storage import read_arrays
from graincast.training import spec as specs
from graincast.training.data import Data
from graincast.training.spec import Budget

ABOUT = {"normalisation": "none"}


@dataclass(frozen=True)
class Training:
    epochs: int
    batch: int

    @property
    def budget(self):
        return Budget(self.epochs, patience=self.epochs, best_from=self.epochs // 2)


@dataclass(frozen=True)
class Points:
    at: torch.Tensor  # [B, 2]

    def __len__(self):
        return len(self.at)

    def some(self, chosen):
        return Points(self.at[chosen])

    def to(self, device):
        return Points(self.at.to(device))


@dataclass(frozen=True)
class Cloud(Data):
    path: Path
    points: torch.Tensor
    size: int

    def epoch(self, _number, rng):
        if len(self.points) < 2:
            raise GraincastError(f"{self.path}: holds {len(self.points)} points, expected 2 or more")
        return np.split(rng.permutation(len(self.points)), range(self.size, len(self.points), self.size))

    def batch(self, chosen, chances):
        jitter = np.array([chance.normal(scale=0.01, size=2) for chance in chances], np.float32)
        return Points(self.points[chosen] + torch.from_numpy(jitter))

    def in_order(self):
        return np.split(np.arange(len(self.points)), range(self.size, len(self.points), self.size))

    def unchanged(self, chosen):
        return Points(self.points[chosen])

    def to(self, device):
        return replace(self, points=self.points.to(device))


def spec(path):
    return specs.load(path, "toy/models", Training)


def load(path, training):
    return Cloud(path, torch.from_numpy(read_arrays(path, ("points",))["points"]), training.batch)


def learner(spec, where):
    return spec.build(where)
