"""The published second network: lighter, with skips and no bridge, applied again and again to its own output.

It sees the fused edges and a guess, and says what the guess should be: a diffusion on masks, whose noise is structured
damage instead of normal errors. It learns from truth with damage of every strength, and from mistakes of the first
network where its data holds them. How a pass follows another is `passes`: the publication names no rule to stop.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from graincast.segmentation.contract import Repairer
from graincast.segmentation.data import damage
from graincast.segmentation.data.crops import Crops
from graincast.segmentation.layers import cross_entropies, inputs, truth
from graincast.segmentation.layers.encoder_decoder import EncoderDecoder
from graincast.training.data import Chances

THRESHOLD = 0.5  # of a guess


@dataclass(frozen=True)
class Settings:
    inputs: tuple[str, ...]  # channels of the picture
    widths: tuple[int, ...]  # channels by level, fine to coarse
    depth: int  # convolutions of a level
    mistakes: float  # share of the crops that show the first network's own guess, where there is one
    bridge: bool = False  # the publication has none

    def __post_init__(self) -> None:
        inputs.check(self.inputs)
        if not self.widths or min(*self.widths, self.depth, 1) < 1 or not 0 <= self.mistakes <= 1:
            raise ValueError("expected 'widths' and 'depth' of 1 or more, and 'mistakes' in 0..1")


class Model(Repairer):
    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.body = EncoderDecoder(inputs.count(settings.inputs) + 1, settings.widths, settings.depth, settings.bridge)
        self.leave = nn.Conv2d(settings.widths[0], 1, 1)
        self.step = self.body.step
        self.reach = 4 * self.step
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def forward(self, seen: Tensor, guess: Tensor) -> Tensor:
        """Logits of a boundary [b, 1, rows, columns]."""
        found: Tensor = self.leave(self.body(torch.cat([inputs.chosen(seen, self.settings.inputs), guess], dim=1)))
        return found

    def mend(self, seen: Tensor, guess: Tensor) -> Tensor:
        """One pass."""
        return torch.sigmoid(self(seen, (guess > THRESHOLD).float()))

    def loss(self, batch: Crops, chances: Chances) -> Tensor:
        """Cross entropy of the boundary, from a guess with damage by chance."""
        wanted, known = truth.lines(batch.labels)
        shown = [
            self._guess(mask, guess, chance)
            for mask, guess, chance in zip(wanted[:, 0].cpu().numpy() > 0, batch.guess, chances, strict=True)
        ]
        return cross_entropies.cross_entropy(self(batch.seen, torch.stack(shown).to(batch.seen)), wanted, known)

    def _guess(self, mask: np.ndarray, guess: Tensor, chance: np.random.Generator) -> Tensor:
        """What a crop is shown with [1, rows, columns]."""
        own = bool(chance.random() < self.settings.mistakes) and bool(guess.any())
        found = damage.damaged(mask, float(chance.random()), chance)
        return (guess > THRESHOLD).float() if own else torch.from_numpy(found)[None].float().to(guess.device)

    def boundaries(self, batch: Crops) -> Tensor:
        """Its first pass from the guess that the data holds."""
        return self.mend(batch.seen, batch.guess)[:, 0]
