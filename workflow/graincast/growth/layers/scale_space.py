"""Gaussian scale space of periodic fields: what a place and its surroundings hold, from near to far, in no direction.

A blur by a Gaussian on a torus is a product with a circulant matrix along each axis, which is fast for fields up to
some hundred pixels wide and compiles for a GPU. The larger ones of a forecast are blurred in Fourier space, by the
transforms of the same matrices.
"""

from functools import lru_cache

import torch
from torch import Tensor

LARGE = 384  # pixels of an axis, from which on Fourier space is used


def scale_space(fields: Tensor, scales: tuple[float, ...]) -> Tensor:
    """Fields [..., H, W] and the same blurred by each standard deviation in pixels, as [1 + scales, ..., H, W]."""
    blur = _by_fourier if max(fields.shape[-2:]) >= LARGE else _by_circulants
    blurred = blur(fields.reshape(-1, *fields.shape[-2:]), scales)
    return torch.cat([fields[None], blurred.reshape(len(scales), *fields.shape)])


def _by_circulants(fields: Tensor, scales: tuple[float, ...]) -> Tensor:
    """Fields [n, H, W] blurred, as [scales, n, H, W]."""
    rows, columns = (_circulants(length, scales, fields.device) for length in fields.shape[1:])
    along = torch.matmul(fields.reshape(1, -1, fields.shape[-1]), columns)
    return torch.matmul(rows[:, None], along.reshape(len(scales), *fields.shape))


def _by_fourier(fields: Tensor, scales: tuple[float, ...]) -> Tensor:
    """The same."""
    height, width = fields.shape[1:]
    rows = torch.fft.fft(_circulants(height, scales, fields.device)[:, 0]).real
    columns = torch.fft.rfft(_circulants(width, scales, fields.device)[:, 0]).real
    damping = rows[:, :, None] * columns[:, None]
    blurred: Tensor = torch.fft.irfft2(torch.fft.rfft2(fields) * damping[:, None], s=(height, width))
    return blurred


@lru_cache(maxsize=32)
def _circulants(length: int, scales: tuple[float, ...], device: torch.device) -> Tensor:
    """A symmetric matrix [length, length] for each scale; rows sum to 1."""
    place = torch.arange(length, device=device)
    apart = (place[:, None] - place) % length
    apart = torch.minimum(apart, length - apart).float()
    kernels = torch.exp(-(apart**2) / (2 * torch.tensor(scales, device=device)[:, None, None] ** 2))
    return kernels / kernels.sum(dim=-1, keepdim=True)
