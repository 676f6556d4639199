"""Encoders and decoders with skips, in the plane: fine to coarse and back, each level half as fine as the one before.

Pictures are not periodic: convolutions see their edges mirrored. Channels are normalised in groups, sample by sample,
so that a picture alone is seen as one of a batch, and processes can share a batch.
"""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

GROUP = 8  # channels that are normalised together


def convolution(before: int, after: int) -> nn.Sequential:
    """3 x 3, normalised, bent."""
    return nn.Sequential(
        nn.Conv2d(before, after, 3, padding=1, padding_mode="replicate"),
        nn.GroupNorm(max(1, after // GROUP), after),
        nn.SiLU(),
    )


def block(before: int, after: int, depth: int) -> nn.Sequential:
    """So many convolutions one after the other."""
    return nn.Sequential(*(convolution(before if at == 0 else after, after) for at in range(depth)))


class Bridge(nn.Module):
    """Wider and wider looks at the coarsest level, added to it: what is far apart is seen together."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.looks = nn.ModuleList(
            nn.Conv2d(width, width, 3, padding=step, dilation=step, padding_mode="replicate") for step in (1, 2, 4)
        )
        self.norms = nn.ModuleList(nn.GroupNorm(max(1, width // GROUP), width) for _ in self.looks)

    def forward(self, coarse: Tensor) -> Tensor:
        for look, norm in zip(self.looks, self.norms, strict=True):
            coarse = coarse + functional.silu(norm(look(coarse)))
        return coarse


class EncoderDecoder(nn.Module):
    """Features [b, widths[0], rows, columns] of an input [b, channels, rows, columns]."""

    def __init__(self, channels: int, widths: Sequence[int], depth: int, bridge: bool) -> None:
        super().__init__()
        self.step = 2 ** (len(widths) - 1)
        self.enter = block(channels, widths[0], depth)
        self.down = nn.ModuleList(block(fine, coarse, depth) for fine, coarse in pairwise(widths))
        self.bridge = Bridge(widths[-1]) if bridge else nn.Identity()
        self.narrow = nn.ModuleList(nn.Conv2d(coarse, fine, 1) for fine, coarse in pairwise(widths))
        self.up = nn.ModuleList(block(2 * fine, fine, depth) for fine, _ in pairwise(widths))

    def forward(self, seen: Tensor) -> Tensor:
        fine: Tensor = self.enter(seen)
        skips = []
        for level in self.down:
            skips.append(fine)
            fine = level(functional.max_pool2d(fine, 2))
        fine = self.bridge(fine)
        for narrow, level, skip in zip(reversed(self.narrow), reversed(self.up), reversed(skips), strict=True):
            grown = functional.interpolate(narrow(fine), scale_factor=2, mode="bilinear")
            fine = level(torch.cat([grown, skip], dim=1))
        return fine
