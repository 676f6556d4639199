"""Boundary images to a coarser latent grid and back, on a torus: circular padding everywhere.

Two convolutions of stride 2 make a token of each 4 x 4 pixels; the decoder unfolds channels into pixels (Shi et al.
2016) instead of convolving with a stride, which would need a padding of its own. Both commute with periodic shifts by
whole tokens exactly.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from graincast.base.errors import GraincastError
from graincast.growth.layers.convolutions import circular

STRIDE = 4  # pixels to the side of a token


class Autoencoder(nn.Module):
    def __init__(self, width: int, latent: int) -> None:
        super().__init__()
        self.encoder = nn.Sequential(
            circular(1, width, 4, stride=2),
            nn.GELU(),
            circular(width, 2 * width, 4, stride=2),
            nn.GELU(),
            circular(2 * width, latent, 3),
        )
        self.decoder = nn.Sequential(
            circular(latent, 2 * width, 3),
            nn.GELU(),
            circular(2 * width, 4 * width, 3),
            nn.PixelShuffle(2),
            nn.GELU(),
            circular(width, 4, 3),
            nn.PixelShuffle(2),
        )

    def encode(self, images: Tensor) -> Tensor:
        """Images [B, H, W] in 0..1 to latents [B, latent, H / STRIDE, W / STRIDE], in full precision: steps add up."""
        height, width = images.shape[-2:]
        if height % STRIDE or width % STRIDE:
            raise GraincastError(
                f"images are {height} x {width}: this model needs sides that are multiples of {STRIDE}"
            )
        latents: Tensor = self.encoder(images[:, None] - 0.5)
        return latents.float()

    def decode(self, latents: Tensor) -> Tensor:
        """Latents to images [B, H, W] in 0..1, in full precision."""
        return torch.sigmoid(self.decoder(latents).float())[:, 0]


def holds_boundary(images: Tensor, threshold: float) -> Tensor:
    """Which tokens [B, H / STRIDE, W / STRIDE] have a pixel above `threshold` in images [B, H, W]."""
    return functional.max_pool2d(images.detach()[:, None], STRIDE)[:, 0] > threshold
