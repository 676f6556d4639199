"""The published variational autoencoder: patches of distance maps to independent normal latents and back.

Ji, Koeppe, Altschuh et al. (2024): stages of two 3 x 3 convolutions, each with batch normalisation and ReLU, and
pooling; then means and variances of the latents, and a mirrored decoder. The loss is the mean squared error of the
distance, over the square of `scale_px`, plus `beta` times the Kullback-Leibler divergence from the standard normal
law, over the number of pixels. Beta and the scale are assumptions: the publication gives neither.
"""

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn

from graincast.generation.contract import Autoencoder
from graincast.generation.data.patches import Patches
from graincast.generation.layers.chance import normal
from graincast.training.data import Chances


@dataclass(frozen=True)
class Settings:
    side: int  # pixels of a patch
    channels: tuple[int, ...]  # of the stages
    pools: tuple[int, ...]  # of the stages: how many pixels become one along each side
    latents: int
    beta: float
    scale_px: float  # a distance that counts as 1

    def __post_init__(self) -> None:
        if len(self.channels) != len(self.pools) or not self.channels:
            raise ValueError("keys 'channels' and 'pools' need as many entries, one or more")
        if self.latents < 1 or self.beta < 0 or self.scale_px <= 0 or self.side % self.shrinkage:
            raise ValueError(f"expected latents >= 1, beta >= 0, scale_px > 0 and a side of n times {self.shrinkage}")

    @property
    def shrinkage(self) -> int:
        product = 1
        for pool in self.pools:
            product *= pool
        return product


class Model(Autoencoder):
    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings, self.side, self.latents = settings, settings.side, settings.latents
        widths = (1, *settings.channels)
        stages = zip(pairwise(widths), settings.pools, strict=True)
        self.encoder = nn.Sequential(
            *(nn.Sequential(convolutions(*pair), nn.MaxPool2d(pool)) for pair, pool in stages), nn.Flatten()
        )
        small = settings.side // settings.shrinkage
        self.bottom = (widths[-1], small, small)
        self.to_latents = nn.Linear(widths[-1] * small**2, 2 * settings.latents)
        self.from_latents = nn.Linear(settings.latents, widths[-1] * small**2)
        back = zip(pairwise((*widths[:0:-1], widths[1])), settings.pools[::-1], strict=True)
        self.decoder = nn.Sequential(
            *(nn.Sequential(nn.Upsample(scale_factor=pool), convolutions(*pair)) for pair, pool in back),
            nn.Conv2d(widths[1], 1, 3, padding=1),
        )

    def encode(self, distance: Tensor) -> tuple[Tensor, Tensor]:
        """Means and logarithms of variances."""
        mean, log_variance = self.to_latents(self.encoder(distance / self.settings.scale_px)).chunk(2, dim=1)
        return mean, log_variance.clamp(-12, 8)

    def decode(self, latents: Tensor) -> Tensor:
        """Distances."""
        drawn: Tensor = self.decoder(self.from_latents(latents).unflatten(1, self.bottom))
        return drawn * self.settings.scale_px

    def parts(self, batch: Patches, chances: Chances) -> tuple[Tensor, Tensor]:
        """Squared error of latents drawn by chance; divergence over the pixels of a patch."""
        mean, log_variance = self.encode(batch.distance)
        latents = mean + torch.exp(log_variance / 2) * normal(chances, mean.shape[1:], mean.device)
        error = (self.decode(latents) - batch.distance) / self.settings.scale_px
        divergence = (mean**2 + log_variance.exp() - 1 - log_variance).sum(dim=1) / 2
        return (error**2).mean(dim=(1, 2, 3)), divergence / self.side**2

    def loss(self, batch: Patches, chances: Chances) -> Tensor:
        """Both parts."""
        error, divergence = self.parts(batch, chances)
        return error + self.settings.beta * divergence

    def redrawn(self, batch: Patches) -> Tensor:
        """Patches encoded and decoded."""
        return self.decode(self.encode(batch.distance)[0])


def convolutions(inputs: int, outputs: int) -> nn.Sequential:
    """Two, each normalised by batch."""
    layers = []
    for width in (inputs, outputs):
        layers += [nn.Conv2d(width, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU()]
    return nn.Sequential(*layers)
