"""The published first network: an encoder-decoder with skips, a bridge and extra depth, from fused edges to a guess.

Its widths, and cross entropy as its loss, are assumptions. A boundary pixel counts more, since there are few.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from graincast.segmentation.contract import Guesser
from graincast.segmentation.data.crops import Crops
from graincast.segmentation.layers import cross_entropies, inputs, truth
from graincast.segmentation.layers.encoder_decoder import EncoderDecoder
from graincast.training.data import Chances


@dataclass(frozen=True)
class Settings:
    inputs: tuple[str, ...]  # channels of the picture
    widths: tuple[int, ...]  # channels by level, fine to coarse
    depth: int  # convolutions of a level

    def __post_init__(self) -> None:
        inputs.check(self.inputs)
        if not self.widths or min(*self.widths, self.depth, 1) < 1:
            raise ValueError("expected 'widths' and 'depth' of 1 or more")


class Model(Guesser):
    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.body = EncoderDecoder(inputs.count(settings.inputs), settings.widths, settings.depth, bridge=True)
        self.leave = nn.Conv2d(settings.widths[0], 1, 1)
        self.step = self.body.step
        self.reach = 4 * self.step
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def forward(self, seen: Tensor) -> Tensor:
        """Logits of a boundary [b, 1, rows, columns]."""
        found: Tensor = self.leave(self.body(inputs.chosen(seen, self.settings.inputs)))
        return found

    def guess(self, seen: Tensor) -> Tensor:
        """How sure it is of a boundary."""
        return torch.sigmoid(self(seen))

    def loss(self, batch: Crops, _chances: Chances) -> Tensor:
        """Cross entropy of the boundary."""
        return cross_entropies.cross_entropy(self(batch.seen), *truth.lines(batch.labels))

    def boundaries(self, batch: Crops) -> Tensor:
        """Its guess."""
        return self.guess(batch.seen)[:, 0]
