"""The published autoencoder with a skip connection: a few channels go from the encoder past the latents to the decoder.

It is one of the publication's outlooks: what is lost between two grains, the saddle points, may be carried across. The
skip leaves the encoder behind its first stage and joins the decoder before its last one (Ronneberger et al., 2015). Its
channels are normalised by batch to a mean of 0, so 0 is what a decoder is given that has no encoder beside it. In
training the skip of each patch is dropped with the chance `drop`, so that the decoder knows both.

Latents then say less than all: what is rebuilt with the skip is no test of them. `decode` never has it.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from graincast.generation.contract import PatchAutoencoder
from graincast.generation.data.patches import Patches
from graincast.generation.layers import gaussian, pooled
from graincast.training.data import Chances


@dataclass(frozen=True)
class Settings(pooled.Pooled):
    latents: int
    skip: int  # channels
    drop: float  # chance that a patch is learned from without it

    def __post_init__(self) -> None:
        super().__post_init__()
        if min(self.latents, self.skip) < 1 or not 0 < self.drop < 1 or len(self.channels) < 2:
            raise ValueError("expected latents >= 1, skip >= 1, drop between 0 and 1, and two stages or more")


class Model(PatchAutoencoder):
    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings, self.side, self.latents = settings, settings.side, settings.latents
        first, *others = pooled.down(settings)
        self.first, self.others = first, nn.Sequential(*others)
        self.across = nn.Sequential(
            nn.Conv2d(settings.channels[0], settings.skip, 1), nn.BatchNorm2d(settings.skip, affine=False)
        )
        self.head = gaussian.Head(settings.bottom, settings.latents)
        *before, last, out = pooled.up(settings, more=settings.skip)
        self.before, self.behind = nn.Sequential(*before), nn.Sequential(last, out)
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def encode(self, distance: Tensor) -> tuple[Tensor, Tensor]:
        """Means and logarithms of variances."""
        return self.head.read(self.others(self._seen(distance)))

    def decode(self, latents: Tensor) -> Tensor:
        """Distances, with the skip at its mean."""
        count, side = len(latents), self.side // self.settings.pools[0]
        return self._decoded(latents, latents.new_zeros(count, self.settings.skip, side, side))

    def parts(self, batch: Patches, chances: Chances) -> tuple[Tensor, Tensor]:
        """Squared error of latents drawn by chance, the skip dropped by chance; divergence over the pixels."""
        seen = self._seen(batch.distance)
        law = self.head.read(self.others(seen))
        kept = np.array([chance.uniform() >= self.settings.drop for chance in chances], np.float32)
        skip = self.across(seen) * torch.from_numpy(kept).to(seen.device)[:, None, None, None]
        rebuilt = self._decoded(gaussian.drawn(*law, chances), skip)
        return self.settings.squared_error(rebuilt, batch.distance), gaussian.divergence(*law) / self.side**2

    def loss(self, batch: Patches, chances: Chances) -> Tensor:
        """Both parts."""
        return self.settings.weighed(*self.parts(batch, chances))

    def redrawn(self, batch: Patches) -> Tensor:
        """Patches encoded and decoded, with the skip."""
        seen = self._seen(batch.distance)
        return self._decoded(self.head.read(self.others(seen))[0], self.across(seen))

    def _seen(self, distance: Tensor) -> Tensor:
        seen: Tensor = self.first(distance / self.settings.scale_px)
        return seen

    def _decoded(self, latents: Tensor, skip: Tensor) -> Tensor:
        coarse = self.before(self.head.spread_out(latents))
        drawn: Tensor = self.behind(torch.cat([coarse, skip], dim=1))
        return drawn * self.settings.scale_px
