"""An autoencoder whose latents are categories: groups of which each says one of a few things.

It is one of the publication's outlooks. Each group draws its category by the Gumbel maximum; the gradient goes through
the softmax at a temperature as if it had been that (straight through; Jang et al., 2017). The divergence is that from
the law in which all categories are equally likely. A latent is a category of a group: `encode` gives its chance p and
the logarithm of the variance p (1 - p); `decode` takes any numbers and sees the largest of each group alone, so that
vectors drawn by whatever law are categories again.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from graincast.generation.contract import PatchAutoencoder
from graincast.generation.data.patches import Patches
from graincast.generation.layers import pooled
from graincast.generation.layers.chance import gumbel
from graincast.training.data import Chances

LEAST_VARIANCE = 1e-6


@dataclass(frozen=True)
class Settings(pooled.Pooled):
    groups: int
    categories: int  # of each group
    temperature: float  # of the softmax that the gradient sees

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.groups < 1 or self.categories < 2 or self.temperature <= 0:
            raise ValueError("expected groups >= 1, categories >= 2 and temperature > 0")


class Model(PatchAutoencoder):
    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings, self.side = settings, settings.side
        self.latents = settings.groups * settings.categories
        self.encoder = nn.Sequential(*pooled.down(settings), nn.Flatten())
        bottom = math.prod(settings.bottom)
        self.to_latents, self.from_latents = nn.Linear(bottom, self.latents), nn.Linear(self.latents, bottom)
        self.decoder = nn.Sequential(*pooled.up(settings))
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def encode(self, distance: Tensor) -> tuple[Tensor, Tensor]:
        """Chances of categories and logarithms of their variances."""
        chance = self._logits(distance).softmax(dim=2).flatten(1)
        return chance, torch.log((chance * (1 - chance)).clamp(min=LEAST_VARIANCE))

    def decode(self, latents: Tensor) -> Tensor:
        """Distances of the largest category of each group."""
        return self._decoded(self._largest(latents.reshape(-1, *self._grouped)))

    def parts(self, batch: Patches, chances: Chances) -> tuple[Tensor, Tensor]:
        """Squared error of categories drawn by chance; divergence over the pixels of a patch."""
        logits = self._logits(batch.distance)
        heard = (logits + gumbel(chances, self._grouped, logits.device)) / self.settings.temperature
        soft = heard.softmax(dim=2)
        rebuilt = self._decoded(self._largest(heard) + soft - soft.detach())
        known = logits.log_softmax(dim=2)
        divergence = (known.exp() * (known + math.log(self.settings.categories))).sum(dim=(1, 2))
        return self.settings.squared_error(rebuilt, batch.distance), divergence / self.side**2

    def loss(self, batch: Patches, chances: Chances) -> Tensor:
        """Both parts."""
        return self.settings.weighed(*self.parts(batch, chances))

    def redrawn(self, batch: Patches) -> Tensor:
        """Patches encoded and decoded."""
        return self.decode(self.encode(batch.distance)[0])

    @property
    def _grouped(self) -> tuple[int, int]:
        return self.settings.groups, self.settings.categories

    def _logits(self, distance: Tensor) -> Tensor:
        """[b, groups, categories]"""
        read: Tensor = self.to_latents(self.encoder(distance / self.settings.scale_px))
        return read.reshape(-1, *self._grouped)

    def _largest(self, heard: Tensor) -> Tensor:
        """1 for the largest of each group [b, groups, categories], else 0."""
        return functional.one_hot(heard.argmax(dim=2), self.settings.categories).to(heard.dtype)

    def _decoded(self, chosen: Tensor) -> Tensor:
        bottom = self.from_latents(chosen.flatten(1)).reshape(-1, *self.settings.bottom)
        drawn: Tensor = self.decoder(bottom)
        return drawn * self.settings.scale_px
