"""Persistence: nothing moves. The floor under every score; it has no weights and learns nothing."""

from dataclasses import dataclass

import torch
from torch import Tensor

from graincast.learning.forecaster import Forecaster


@dataclass(frozen=True)
class Settings:
    pass


class Model(Forecaster):
    def __init__(self, settings: Settings) -> None:
        super().__init__()

    def forecast(self, first: Tensor, frames: int) -> Tensor:
        """First images [B, H, W] to the next `frames` images [B, frames, H, W]."""
        return first[:, None].expand(-1, frames, -1, -1)

    def loss(self, images: Tensor) -> Tensor:
        """Mean squared error of each sequence [B, frames, H, W] after its first image, as [B]."""
        return torch.mean((self.forecast(images[:, 0], images.shape[1] - 1) - images[:, 1:]) ** 2, dim=(1, 2, 3))
