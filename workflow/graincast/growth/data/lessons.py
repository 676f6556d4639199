"""Windows by the batch: sequences as long as the stage of training asks for, moved by the symmetries of growth."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import final

import numpy as np
import torch
from numpy.typing import NDArray

from graincast.base.errors import GraincastError
from graincast.growth.data.random_moves import randomly_moved
from graincast.growth.data.windows import Windows, batches, check_frames, sequences
from graincast.growth.forecaster import Sequences
from graincast.growth.stages import Training
from graincast.training.data import Chances, Data


@dataclass(frozen=True)
class Exercise:
    """A batch: sequences, and how a model is to forecast them."""

    sequences: Sequences
    inputs: int  # first frames that it is shown
    forcing: float  # share of its own frames that are replaced by true ones

    def __len__(self) -> int:
        return len(self.sequences)

    def some(self, chosen: slice) -> "Exercise":
        """Some of the sequences."""
        return replace(self, sequences=self.sequences.some(chosen))

    def to(self, device: torch.device) -> "Exercise":
        """The same on a device."""
        return replace(self, sequences=self.sequences.to(device))


@dataclass(frozen=True)
class Passage:
    """Which sequences a batch holds."""

    simulations: NDArray
    first: NDArray  # frames
    horizon: int  # frames to forecast
    forcing: float

    def __len__(self) -> int:
        return len(self.simulations)


@final
@dataclass(frozen=True)
class Lessons(Data[Passage, Exercise]):
    """A split, whole on the device: a byte a pixel is little."""

    windows: Windows
    training: Training

    def epoch(self, number: int, rng: np.random.Generator) -> Sequence[Passage]:
        """Each simulation once, from a frame that is drawn."""
        self._check("train")
        stage = self.training.stage(number)
        chosen = batches(self.windows, self.training.batch, self.training.inputs + stage.horizon, rng)
        return [Passage(*some, stage.horizon, stage.forcing) for some in chosen]

    def batch(self, chosen: Passage, chances: Chances) -> Exercise:
        """Its sequences, each shifted, turned and flipped."""
        exercise = self.unchanged(chosen)
        return replace(exercise, sequences=randomly_moved(exercise.sequences, chances))

    def in_order(self) -> Sequence[Passage]:
        """Each simulation from its first frame on, rolled out as in the last stage."""
        self._check("validate")
        check_frames(self.windows, self.training.inputs + self.training.horizon)
        size, count = self.training.batch, len(self.windows)
        parts = [np.arange(at, min(at + size, count)) for at in range(0, count, size)]
        return [Passage(some, np.zeros_like(some), self.training.horizon, 0.0) for some in parts]

    def unchanged(self, chosen: Passage) -> Exercise:
        """Its sequences as they are."""
        length = self.training.inputs + chosen.horizon
        found = sequences(self.windows, (chosen.simulations, chosen.first), length)
        return Exercise(found, self.training.inputs, chosen.forcing)

    def to(self, device: torch.device) -> "Lessons":
        """The same on a device."""
        return replace(self, windows=self.windows.to(device))

    def _check(self, purpose: str) -> None:
        if len(self.windows) == 0:
            path = self.windows.path
            raise GraincastError(f"{path}: holds no simulation to {purpose} with (see its data set's YAML)")
