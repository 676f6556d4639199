"""Gaussian scale space of periodic fields: what a place and its surroundings hold, from near to far, in no direction.

A blur by a Gaussian on a torus is a product with a circulant matrix along each axis, which is faster than a
convolution for fields up to some hundred pixels wide and exact at the edges.
"""

from functools import lru_cache

import torch
from torch import Tensor


def scale_space(fields: Tensor, scales: tuple[float, ...]) -> Tensor:
    """Fields [..., H, W] and the same blurred by each standard deviation in pixels, as [1 + scales, ..., H, W]."""
    height, width = fields.shape[-2:]
    rows, columns = (_circulants(length, scales, fields.device) for length in (height, width))
    along = torch.matmul(fields.reshape(1, -1, width), columns).reshape(len(scales), -1, height, width)
    blurred = torch.matmul(rows[:, None], along)
    return torch.cat([fields[None], blurred.reshape(len(scales), *fields.shape)])


@lru_cache(maxsize=32)
def _circulants(length: int, scales: tuple[float, ...], device: torch.device) -> Tensor:
    """A symmetric matrix [length, length] for each scale; rows sum to 1."""
    place = torch.arange(length, device=device)
    apart = (place[:, None] - place) % length
    apart = torch.minimum(apart, length - apart).float()
    kernels = torch.exp(-(apart**2) / (2 * torch.tensor(scales, device=device)[:, None, None] ** 2))
    return kernels / kernels.sum(dim=-1, keepdim=True)
