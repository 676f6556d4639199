"""Layers as the models need them: convolutions on a torus, and residuals that hardly move anything at first."""

from typing import TypeVar

import torch
from torch import nn

FIRST_STEPS = 0.1  # fresh weights of a residual's last layer, over the usual ones

Layer = TypeVar("Layer", nn.Conv2d, nn.Linear)


def circular(before: int, after: int, kernel: int, stride: int = 1) -> nn.Conv2d:
    """A convolution on a torus."""
    return nn.Conv2d(before, after, kernel, stride, (kernel - 1) // 2, padding_mode="circular")


def gentle(layer: Layer) -> Layer:
    """The last layer of a residual with small weights: a fresh model nearly keeps what it is given."""
    with torch.no_grad():
        layer.weight *= FIRST_STEPS
    return layer
