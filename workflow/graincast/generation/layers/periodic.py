"""Layers of a field that closes upon itself, of any size: nothing in them knows where an edge is."""

import torch
from torch import Tensor, nn
from torch.nn import functional

TINY = 1e-6


class PeriodicConvolution(nn.Conv2d):
    """A 3 x 3 convolution of periodic images."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(inputs, outputs, 3)

    def forward(self, images: Tensor) -> Tensor:
        """[b, inputs, H, W] to [b, outputs, H, W]."""
        return functional.conv2d(functional.pad(images, (1, 1, 1, 1), mode="circular"), self.weight, self.bias)


class ConditionedBlock(nn.Module):
    """Two convolutions beside a shortcut; a code scales and shifts what is between them. A fresh one does nothing."""

    def __init__(self, inputs: int, outputs: int, code: int) -> None:
        super().__init__()
        self.first, self.second = PeriodicConvolution(inputs, outputs), PeriodicConvolution(outputs, outputs)
        self.modulation = nn.Linear(code, 2 * outputs)
        self.shortcut = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()
        nn.init.zeros_(self.second.weight)

    def forward(self, images: Tensor, code: Tensor) -> Tensor:
        """Images [b, inputs, H, W] and codes [b, code] to images [b, outputs, H, W]."""
        within = self.first(functional.silu(levelled(images)))
        scale, shift = self.modulation(code)[:, :, None, None].chunk(2, dim=1)
        change: Tensor = self.second(functional.silu(levelled(within) * (1 + scale) + shift))
        shown: Tensor = self.shortcut(images)
        return shown + change


def levelled(images: Tensor) -> Tensor:
    """Over the root mean square of the channels of each pixel: no pixel knows another by it."""
    return images * torch.rsqrt(images.square().mean(dim=1, keepdim=True) + TINY)
