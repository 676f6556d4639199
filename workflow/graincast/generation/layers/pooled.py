"""Stages of two 3 x 3 convolutions with batch normalisation and ReLU, each pooled; and mirrored, each enlarged."""

from dataclasses import dataclass
from itertools import pairwise
from math import prod

from torch import Tensor, nn


@dataclass(frozen=True)
class Pooled:
    """What autoencoders of such stages are told."""

    side: int  # pixels of a patch
    channels: tuple[int, ...]  # of the stages
    pools: tuple[int, ...]  # of the stages: how many pixels become one along each side
    beta: float  # weight of the divergence of latents
    scale_px: float  # a distance that counts as 1

    def __post_init__(self) -> None:
        if len(self.channels) != len(self.pools) or not self.channels:
            raise ValueError("keys 'channels' and 'pools' need as many entries, one or more")
        shrinkage = prod(self.pools)
        if self.beta < 0 or self.scale_px <= 0 or shrinkage < 1 or self.side % shrinkage:
            raise ValueError(f"expected beta >= 0, scale_px > 0 and a side of n times {shrinkage}")

    def squared_error(self, rebuilt: Tensor, distance: Tensor) -> Tensor:
        """Mean over the pixels of each patch [b], of distances over the scale."""
        return (((rebuilt - distance) / self.scale_px) ** 2).mean(dim=(1, 2, 3))

    def weighed(self, error: Tensor, divergence: Tensor) -> Tensor:
        """The loss of each patch [b]: squared error and beta times the divergence."""
        return error + self.beta * divergence

    @property
    def bottom(self) -> tuple[int, int, int]:
        """Channels, rows and columns behind the last stage."""
        small = self.side // prod(self.pools)
        return self.channels[-1], small, small


def down(shape: Pooled) -> list[nn.Module]:
    """A stage each, from patches [b, 1, side, side] to the bottom."""
    stages = zip(pairwise((1, *shape.channels)), shape.pools, strict=True)
    return [nn.Sequential(convolutions(*pair), nn.MaxPool2d(pool)) for pair, pool in stages]


def up(shape: Pooled, more: int = 0) -> list[nn.Module]:
    """A stage each, from the bottom to patches; the last takes so many channels `more` than the one before gives."""
    widths = list(pairwise((*shape.channels[::-1], shape.channels[0])))
    widths[-1] = (widths[-1][0] + more, widths[-1][1])
    stages = [
        nn.Sequential(nn.Upsample(scale_factor=pool), convolutions(*pair))
        for pair, pool in zip(widths, shape.pools[::-1], strict=True)
    ]
    return [*stages, nn.Conv2d(shape.channels[0], 1, 3, padding=1)]


def convolutions(inputs: int, outputs: int) -> nn.Sequential:
    """Two, each normalised by batch."""
    layers: list[nn.Module] = []
    for width in (inputs, outputs):
        layers += [nn.Conv2d(width, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU()]
    return nn.Sequential(*layers)
