"""The published variational autoencoder: patches of distance maps to independent normal latents and back.

Ji, Koeppe, Altschuh et al. (2024): stages of two 3 x 3 convolutions, each with batch normalisation and ReLU, and
pooling; then means and variances of the latents, and a mirrored decoder. The loss is the mean squared error of the
distance, over the square of `scale_px`, plus `beta` times the Kullback-Leibler divergence from the standard normal
law, over the number of pixels. Beta and the scale are assumptions: the publication gives neither.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from graincast.generation.contract import PatchAutoencoder
from graincast.generation.data.patches import Patches
from graincast.generation.layers import gaussian, pooled
from graincast.training.data import Chances


@dataclass(frozen=True)
class Settings(pooled.Pooled):
    latents: int

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.latents < 1:
            raise ValueError("expected latents >= 1")


class Model(PatchAutoencoder):
    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings, self.side, self.latents = settings, settings.side, settings.latents
        self.encoder = nn.Sequential(*pooled.down(settings))
        self.head = gaussian.Head(settings.bottom, settings.latents)
        self.decoder = nn.Sequential(*pooled.up(settings))
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def encode(self, distance: Tensor) -> tuple[Tensor, Tensor]:
        """Means and logarithms of variances."""
        return self.head.read(self.encoder(distance / self.settings.scale_px))

    def decode(self, latents: Tensor) -> Tensor:
        """Distances."""
        drawn: Tensor = self.decoder(self.head.spread_out(latents))
        return drawn * self.settings.scale_px

    def parts(self, batch: Patches, chances: Chances) -> tuple[Tensor, Tensor]:
        """Squared error of latents drawn by chance; divergence over the pixels of a patch."""
        law = self.encode(batch.distance)
        rebuilt = self.decode(gaussian.drawn(*law, chances))
        return self.settings.squared_error(rebuilt, batch.distance), gaussian.divergence(*law) / self.side**2

    def loss(self, batch: Patches, chances: Chances) -> Tensor:
        """Both parts."""
        return self.settings.weighed(*self.parts(batch, chances))

    def redrawn(self, batch: Patches) -> Tensor:
        """Patches encoded and decoded."""
        return self.decode(self.encode(batch.distance)[0])
