"""An ablation of boundary_attention: the mask without the attention.

The tokens that hold boundary, and those only, are changed between two frames, each by itself, by a network with as
many parameters as the attention has.
"""

from dataclasses import dataclass

from torch import Tensor, nn

from graincast.growth.layers.autoencoder import holds_boundary
from graincast.growth.layers.convolutions import gentle
from graincast.growth.layers.latent_forecaster import LatentForecaster
from graincast.growth.layers.losses import LossWeights
from graincast.growth.layers.rollout import Widths
from graincast.growth.layers.tokens import gathered, put_back


@dataclass(frozen=True)
class Settings:
    widths: Widths
    threshold: float  # a token holds boundary if one of its pixels is above it
    loss: LossWeights


class Model(LatentForecaster):
    def __init__(self, settings: Settings) -> None:
        super().__init__(settings.widths, settings.loss)
        self.threshold = settings.threshold
        memory = settings.widths.memory
        self.change = nn.Sequential(
            nn.LayerNorm(memory),
            nn.Linear(memory, 2 * memory, bias=False),
            nn.GELU(),
            gentle(nn.Linear(2 * memory, memory)),
        )

    def mix(self, hidden: Tensor, image: Tensor) -> Tensor:
        """The hidden state [B, C, h, w] after each token with boundary in the image [B, H, W] has changed itself."""
        part = gathered(hidden, holds_boundary(image, self.threshold))
        return put_back(hidden, part.tokens + self.change(part.tokens), part)
