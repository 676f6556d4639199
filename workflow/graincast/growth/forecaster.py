"""What a training and an evaluation know of a model: it forecasts frames and gives its own loss."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class Sequences:
    """Frames of some structures that follow each other."""

    images: Tensor  # [B, frames, H, W] in 0..1, 1 on the boundary
    grains: Tensor  # [B, frames, H, W] int64: whose each pixel's middle is; a grain keeps its number

    def __len__(self) -> int:
        return len(self.images)

    def frames(self, chosen: slice) -> "Sequences":
        """Some of the frames."""
        return Sequences(self.images[:, chosen], self.grains[:, chosen])

    def some(self, chosen: slice) -> "Sequences":
        """Some of the structures."""
        return Sequences(self.images[chosen], self.grains[chosen])

    def to(self, device: torch.device) -> "Sequences":
        """The same on a device."""
        return Sequences(self.images.to(device), self.grains.to(device))


@dataclass(frozen=True)
class Forecast:
    images: Tensor  # [B, frames, H, W] in 0..1
    regions: Tensor | None  # [B, frames, H, W]: connected pixels of one number are a grain; None: to be read off images

    def some(self, chosen: slice) -> "Forecast":
        """Some of the structures."""
        regions = None if self.regions is None else self.regions[chosen]
        return Forecast(self.images[chosen], regions)


@dataclass(frozen=True)
class Lesson:
    """What a loss is asked for."""

    inputs: int  # first frames that the model is shown; it forecasts the others, if there are any
    forcing: float  # share of its own frames that are replaced by true ones before it goes on from them
    chances: tuple[np.random.Generator, ...]  # one a sequence


class Forecaster(nn.Module, ABC):
    """A file of models/ holds one, called Model, built from the dataclass Settings beside it."""

    @abstractmethod
    def forecast(self, known: Sequences, frames: int) -> Forecast:
        """The next `frames` frames after those that are known."""

    @abstractmethod
    def loss(self, sequences: Sequences, lesson: Lesson) -> Tensor:
        """Loss of each sequence, as [B]."""


class AttentiveForecaster(Forecaster):
    """One that can say what it attends to."""

    @abstractmethod
    def attention_received(self, known: Sequences) -> Tensor:
        """How much each token [B, h, w] is read for the first frame after those that are known, 0: it cannot be."""
