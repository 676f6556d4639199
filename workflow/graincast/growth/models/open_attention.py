"""An ablation of boundary_attention: the attention without the mask.

All tokens attend to all, whether they hold boundary or not.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from graincast.growth.forecaster import AttentiveForecaster, Forecast, Lesson, Sequences
from graincast.growth.layers.attention import Attention, check_heads
from graincast.growth.layers.losses import LossWeights
from graincast.growth.layers.rollout import Rollout, Widths, forecast_images, lesson_loss
from graincast.growth.layers.tokens import Gathered, gathered, put_back


@dataclass(frozen=True)
class Settings:
    widths: Widths
    heads: int  # of the attention; a head needs a multiple of 4 channels of the memory
    loss: LossWeights

    def __post_init__(self) -> None:
        check_heads(self.widths.memory, self.heads)


class Model(AttentiveForecaster):
    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.rollout = Rollout(settings.widths)
        self.attention = Attention(settings.widths.memory, settings.heads)

    def forecast(self, known: Sequences, frames: int) -> Forecast:
        """The next `frames` frames after those that are known."""
        return Forecast(forecast_images(self.rollout, self.mix, known.images, frames), None)

    def loss(self, sequences: Sequences, lesson: Lesson) -> Tensor:
        """Composite loss of each sequence, as [B]."""
        return lesson_loss(self.rollout, self.mix, sequences, lesson, self.settings.loss)

    @torch.no_grad()
    def attention_received(self, known: Sequences) -> Tensor:
        """How much each token is read at the last known frame, [B, h, w]."""
        return self.attention.received(_all(self.rollout.unmixed(self.rollout.seen(known.images), self.mix)))

    def mix(self, hidden: Tensor, _image: Tensor) -> Tensor:
        """The hidden state [B, C, h, w] after all tokens have read each other."""
        part = _all(hidden)
        return put_back(hidden, self.attention(part), part)


def _all(hidden: Tensor) -> Gathered:
    return gathered(hidden, torch.ones_like(hidden[:, 0], dtype=torch.bool))
