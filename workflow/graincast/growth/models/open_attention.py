"""An ablation of boundary_attention: the attention without the mask.

All tokens attend to all, whether they hold boundary or not.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from graincast.growth.forecaster import AttentiveForecaster, Sequences
from graincast.growth.layers.attention import Attention, check_heads
from graincast.growth.layers.latent_forecaster import LatentForecaster
from graincast.growth.layers.losses import LossWeights
from graincast.growth.layers.rollout import Widths
from graincast.growth.layers.tokens import Gathered, gathered, put_back


@dataclass(frozen=True)
class Settings:
    widths: Widths
    heads: int  # of the attention; a head needs a multiple of 4 channels of the memory
    loss: LossWeights

    def __post_init__(self) -> None:
        check_heads(self.widths.memory, self.heads)


class Model(LatentForecaster, AttentiveForecaster):
    def __init__(self, settings: Settings) -> None:
        super().__init__(settings.widths, settings.loss)
        self.attention = Attention(settings.widths.memory, settings.heads)

    @torch.no_grad()
    def attention_received(self, known: Sequences) -> Tensor:
        """How much each token is read at the last known frame, [B, h, w]."""
        return self.attention.received(_all(self.last_hidden(known)))

    def mix(self, hidden: Tensor, _image: Tensor) -> Tensor:
        """The hidden state [B, C, h, w] after all tokens have read each other."""
        part = _all(hidden)
        return put_back(hidden, self.attention(part), part)


def _all(hidden: Tensor) -> Gathered:
    return gathered(hidden, torch.ones_like(hidden[:, 0], dtype=torch.bool))
