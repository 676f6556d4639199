"""Independent normal latents: their divergence from the standard normal law, and how one is drawn (Kingma 2014)."""

from math import prod

import torch
from torch import Tensor, nn

from graincast.generation.layers.chance import normal
from graincast.training.data import Chances

LEAST, MOST = -12, 8  # logarithms of variances


class Head(nn.Module):
    """From the bottom of an encoder to latents, and back to the bottom of a decoder."""

    def __init__(self, bottom: tuple[int, int, int], latents: int) -> None:
        super().__init__()
        self.bottom = bottom
        self.to_latents = nn.Linear(prod(bottom), 2 * latents)
        self.from_latents = nn.Linear(latents, prod(bottom))

    def read(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Images [b, channels, rows, columns] to means and logarithms of variances [b, latents]."""
        mean, log_variance = self.to_latents(images.flatten(1)).chunk(2, dim=1)
        return mean, log_variance.clamp(LEAST, MOST)

    def spread_out(self, latents: Tensor) -> Tensor:
        """Latents [b, latents] to images [b, channels, rows, columns]."""
        wide: Tensor = self.from_latents(latents)
        return wide.reshape(-1, *self.bottom)


def drawn(mean: Tensor, log_variance: Tensor, chances: Chances) -> Tensor:
    """Latents [b, latents] drawn by chance."""
    return mean + torch.exp(log_variance / 2) * normal(chances, mean.shape[1:], mean.device)


def divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Kullback-Leibler divergence of each [b] from the standard normal law, nats."""
    return (mean**2 + log_variance.exp() - 1 - log_variance).sum(dim=1) / 2
