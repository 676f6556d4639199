"""A model of the tests' own: circular convolutions that move a boundary image one frame on, applied again and again.

It commutes with periodic shifts exactly and with nothing else, knows of no grains, and its loss is the mean squared
error.
"""

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn

from graincast.growth.forecaster import Forecast, Forecaster, Lesson, Sequences


@dataclass(frozen=True)
class Settings:
    width: int  # channels of the hidden layers
    layers: int  # convolutions, the last one included
    kernel: int  # side of a convolution, odd

    def __post_init__(self) -> None:
        if self.width < 1 or self.layers < 2 or self.kernel % 2 == 0:
            raise ValueError("a convolution model needs width >= 1, layers >= 2 and an odd kernel")


class Model(Forecaster):
    def __init__(self, settings: Settings) -> None:
        super().__init__()
        channels = [1] + [settings.width] * (settings.layers - 1) + [1]
        stack: list[nn.Module] = []
        for before, after in pairwise(channels):
            padding = settings.kernel // 2
            stack += [nn.Conv2d(before, after, settings.kernel, padding=padding, padding_mode="circular"), nn.GELU()]
        self.change = nn.Sequential(*stack[:-1])

    def forecast(self, known: Sequences, frames: int) -> Forecast:
        """The next `frames` frames after the last known one."""
        return Forecast(self._rollout(known.images[:, -1], frames), None)

    def loss(self, sequences: Sequences, lesson: Lesson) -> Tensor:
        """Mean squared error of each sequence after the shown frames, as [B]."""
        later = sequences.images[:, lesson.inputs :]
        return torch.mean(
            (self._rollout(sequences.images[:, lesson.inputs - 1], later.shape[1]) - later) ** 2, (1, 2, 3)
        )

    def _rollout(self, first: Tensor, frames: int) -> Tensor:
        """First images [B, H, W] to the next `frames` images [B, frames, H, W], in 0..1."""
        image, images = first[:, None], []
        for _ in range(frames):
            image = torch.clamp(image + self.change(image - 0.5), 0, 1)
            images.append(image)
        return torch.cat(images, dim=1)
