"""The ConvLSTM autoencoder with self-attention among the tokens that hold boundary, and those only.

Between two frames each token of the memory that holds boundary reads all others that do. A token without boundary is
neither read nor changed: it is not even computed, so the cost does not grow with the empty interior of grains. Where
boundary is, is read from the present image: the shown one, then the model's own.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from graincast.growth.forecaster import AttentiveForecaster, Sequences
from graincast.growth.layers.attention import Attention, check_heads
from graincast.growth.layers.autoencoder import holds_boundary
from graincast.growth.layers.latent_forecaster import LatentForecaster
from graincast.growth.layers.losses import LossWeights
from graincast.growth.layers.rollout import Widths
from graincast.growth.layers.tokens import Gathered, gathered, put_back


@dataclass(frozen=True)
class Settings:
    widths: Widths
    heads: int  # of the attention; a head needs a multiple of 4 channels of the memory
    threshold: float  # a token holds boundary if one of its pixels is above it
    loss: LossWeights

    def __post_init__(self) -> None:
        check_heads(self.widths.memory, self.heads)


class Model(LatentForecaster, AttentiveForecaster):
    def __init__(self, settings: Settings) -> None:
        super().__init__(settings.widths, settings.loss)
        self.threshold = settings.threshold
        self.attention = Attention(settings.widths.memory, settings.heads)

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
        return self._part(self.last_hidden(known), known.images[:, -1])

    def _part(self, hidden: Tensor, image: Tensor) -> Gathered:
        return gathered(hidden, holds_boundary(image, self.threshold))
