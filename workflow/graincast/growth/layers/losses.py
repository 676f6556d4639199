"""What a predicted boundary image is judged by while learning: MSE + (1 - SSIM) + boundary preservation.

SSIM is that of `blocks.similarity`, on the torus: every pixel has a whole window. Blurring is a product with a
circulant matrix along each axis, which is far cheaper here than a convolution of one channel.

Boundary preservation is the soft Dice loss of grey images (Milletari et al. 2016),

    1 - 2 <p, t> / (<p, p> + <t, t>) = |p - t|^2 / (|p|^2 + |t|^2)

the squared error as a share of the boundary that there is. It is 0 for the truth alone; interior that is empty in
both does not dilute it, and a boundary that fades away or doubles costs all of it.
"""

from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor

from graincast.blocks import similarity
from graincast.blocks.similarity import REACH, WINDOW

EMPTY = 1e-3  # of a pixel: keeps an image without any boundary from dividing nought by nought


@dataclass(frozen=True)
class LossWeights:
    mse: float
    ssim: float
    boundary: float

    def __post_init__(self) -> None:
        if min(self.mse, self.ssim, self.boundary) < 0 or self.mse + self.ssim + self.boundary == 0:
            raise ValueError("loss weights must not be negative, nor all 0")


def composite(predicted: Tensor, truth: Tensor, weights: LossWeights) -> Tensor:
    """Weighted loss of images [B, frames, H, W] against the truth, as [B]: each frame counts alike."""
    with torch.autocast(predicted.device.type, enabled=False):
        predicted, truth = predicted.float(), truth.float()
        parts = (
            weights.mse * squared_error(predicted, truth)
            + weights.ssim * (1 - ssim(predicted, truth))
            + weights.boundary * boundary_error(predicted, truth)
        )
        return parts.mean(dim=1)


def squared_error(predicted: Tensor, truth: Tensor) -> Tensor:
    """Mean squared error of images [..., H, W], as [...]."""
    return torch.mean((predicted - truth) ** 2, dim=(-2, -1))


def boundary_error(predicted: Tensor, truth: Tensor) -> Tensor:
    """Squared error of images [..., H, W] as a share of their boundary, as [...] in 0..1."""
    boundary = torch.sum(predicted**2 + truth**2, dim=(-2, -1))
    return torch.sum((predicted - truth) ** 2, dim=(-2, -1)) / (boundary + EMPTY)


def ssim(predicted: Tensor, truth: Tensor) -> Tensor:
    """Mean structural similarity of periodic images [..., H, W], as [...]."""
    moments = torch.stack([predicted, truth, predicted**2, truth**2, predicted * truth])
    mean_p, mean_t, square_p, square_t, product = _blurred(moments)
    variances = square_p - mean_p**2 + square_t - mean_t**2
    covariance = product - mean_p * mean_t
    of_means, of_luminance = similarity.luminance(mean_p, mean_t)
    luminance = of_means / of_luminance
    of_covariance, of_structure = similarity.structure(variances, covariance)
    return torch.mean(luminance * (of_covariance / of_structure), dim=(-2, -1))


def _blurred(images: Tensor) -> Tensor:
    """Images [..., H, W] averaged over the window around each pixel."""
    height, width = images.shape[-2:]
    return _window(height, images.device) @ images @ _window(width, images.device)  # symmetric matrices


@cache
def _window(side: int, device: torch.device) -> Tensor:
    """The circulant matrix [side, side] of a Gaussian window; it winds around a box that is smaller than itself."""
    offsets = torch.arange(-REACH, REACH + 1)
    heights = torch.exp(-((offsets / WINDOW) ** 2) / 2)
    matrix = torch.zeros(side, side)
    for offset, height in zip(offsets.tolist(), (heights / heights.sum()).tolist(), strict=True):
        matrix += height * torch.roll(torch.eye(side), offset, dims=1)
    return matrix.to(device)
