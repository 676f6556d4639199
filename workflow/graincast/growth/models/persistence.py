"""Persistence: nothing moves. The floor under every score; it has no weights and learns nothing."""

from dataclasses import dataclass

import torch
from torch import Tensor

from graincast.growth.forecaster import Forecast, Forecaster, Lesson, Sequences


@dataclass(frozen=True)
class Settings:
    pass


class Model(Forecaster):
    def __init__(self, settings: Settings) -> None:
        super().__init__()

    def forecast(self, known: Sequences, frames: int) -> Forecast:
        """The last known frame again and again."""
        images, grains = known.images[:, -1:], known.grains[:, -1:]
        return Forecast(images.expand(-1, frames, -1, -1), grains.expand(-1, frames, -1, -1))

    def loss(self, sequences: Sequences, lesson: Lesson) -> Tensor:
        """Mean squared error of each sequence after the shown frames, as [B]."""
        known, later = sequences.images[:, lesson.inputs - 1, None], sequences.images[:, lesson.inputs :]
        return torch.mean((known - later) ** 2, dim=(1, 2, 3))
