"""Our own model: grains by construction. It says of pairs of pixels, near and far, whether they are of one grain.

Pairs (Turaga et al., Neural Computation 22, 511, 2010; far ones: Lee et al. 2017) say more than a picture of
boundaries: a faint boundary is crossed by many far pairs, each with its own evidence. Grains are then made by
`grouping`, which cannot leave gaps. Squares of 2 pixels are one place with four times the channels, which makes it four
times as fast.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from graincast.segmentation.contract import Partitioner
from graincast.segmentation.data.crops import Crops
from graincast.segmentation.layers import cross_entropies, inputs, truth
from graincast.segmentation.layers.encoder_decoder import EncoderDecoder
from graincast.training.data import Chances

NEAR = ((0, 1), (1, 0))
SQUARES = 2  # pixels to the side of a place


@dataclass(frozen=True)
class Settings:
    inputs: tuple[str, ...]  # channels of the picture
    widths: tuple[int, ...]  # channels by level, fine to coarse
    depth: int  # convolutions of a level
    far: tuple[int, ...]  # pixels: pairs so far apart, along rows, columns and both diagonals

    def __post_init__(self) -> None:
        inputs.check(self.inputs)
        if not self.widths or min(*self.widths, *self.far, self.depth, 1) < 1:
            raise ValueError("expected 'widths', 'far' and 'depth' of 1 or more")


class Model(Partitioner):
    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.offsets = (*NEAR, *(offset for far in settings.far for offset in _around(far)))
        channels = SQUARES**2 * inputs.count(settings.inputs)
        self.body = EncoderDecoder(channels, settings.widths, settings.depth, bridge=True)
        self.leave = nn.Conv2d(settings.widths[0], SQUARES**2 * len(self.offsets), 1)
        self.step = SQUARES * self.body.step
        self.reach = 4 * self.step
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def forward(self, seen: Tensor) -> Tensor:
        """Logits of pairs [b, offsets, rows, columns]."""
        places = functional.pixel_unshuffle(inputs.chosen(seen, self.settings.inputs), SQUARES)
        return functional.pixel_shuffle(self.leave(self.body(places)), SQUARES)

    def together(self, seen: Tensor) -> Tensor:
        """The chance that pairs are of one grain."""
        return torch.sigmoid(self(seen))

    def loss(self, batch: Crops, _chances: Chances) -> Tensor:
        """Cross entropy of all pairs that are known."""
        return cross_entropies.cross_entropy(self(batch.seen), *truth.pairs(batch.labels, self.offsets))

    def boundaries(self, batch: Crops) -> Tensor:
        """How sure it is that a pixel and one of the two next to it are of two grains."""
        return 1 - self.together(batch.seen)[:, : len(NEAR)].amin(dim=1)


def _around(far: int) -> tuple[tuple[int, int], ...]:
    return (0, far), (far, 0), (far, far), (far, -far)
