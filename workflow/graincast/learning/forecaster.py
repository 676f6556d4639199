"""What the training loop and the evaluation know of a model: it forecasts images and gives its own loss."""

from abc import ABC, abstractmethod

from torch import Tensor, nn


class Forecaster(nn.Module, ABC):
    """A file of models/ holds one, called Model, built from the dataclass Settings beside it."""

    @abstractmethod
    def forecast(self, first: Tensor, frames: int) -> Tensor:
        """First images [B, H, W] in 0..1 to the next `frames` images [B, frames, H, W]."""

    @abstractmethod
    def loss(self, images: Tensor) -> Tensor:
        """Loss of each sequence [B, frames, H, W], as [B]."""
