"""The ConvLSTM autoencoder with self-attention among the tokens that hold boundary, and those only.

Between two frames each token of the memory that holds boundary reads all others that do. A token without boundary is
neither read nor changed: it is not even computed, so the cost does not grow with the empty interior of grains. Where
boundary is, is read from the present image: the shown one, then the model's own.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from graincast.growth.forecaster import AttentiveForecaster, Forecast, Lesson, Sequences
from graincast.growth.layers.attention import Attention, check_heads
from graincast.growth.layers.autoencoder import holds_boundary
from graincast.growth.layers.losses import LossWeights
from graincast.growth.layers.rollout import Rollout, Widths, forecast_images, lesson_loss
from graincast.growth.layers.tokens import Gathered, gathered, put_back


@dataclass(frozen=True)
class Settings:
    widths: Widths
    heads: int  # of the attention; a head needs a multiple of 4 channels of the memory
    threshold: float  # a token holds boundary if one of its pixels is above it
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
    def attention_weights(self, known: Sequences) -> Tensor:
        """How much each token reads of each at the last known frame, [B, heads, readers, read], tokens row by row.

        The row of a token with boundary sums to 1; rows and columns of tokens without are exactly 0.
        """
        return self.attention.weights(self._last(known))

    @torch.no_grad()
    def attention_received(self, known: Sequences) -> Tensor:
        """How much each token is read at the last known frame, [B, h, w]; exactly 0 where no boundary is."""
        return self.attention.received(self._last(known))

    def mix(self, hidden: Tensor, image: Tensor) -> Tensor:
        """The hidden state [B, C, h, w] after tokens with boundary in the image [B, H, W] have read each other."""
        part = self._part(hidden, image)
        return put_back(hidden, self.attention(part), part)

    def _last(self, known: Sequences) -> Gathered:
        """The tokens that read each other at the last known frame."""
        hidden = self.rollout.unmixed(self.rollout.seen(known.images), self.mix)
        return self._part(hidden, known.images[:, -1])

    def _part(self, hidden: Tensor, image: Tensor) -> Gathered:
        return gathered(hidden, holds_boundary(image, self.settings.threshold))
