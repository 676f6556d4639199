"""A learned threshold dynamics, equivariant to the numbering of the grains.

Grains get colours, anew for every sequence, so that no two near ones share one. The state is the share of each colour
in each pixel, [colours, H, W], which sums to 1. One small network looks at each colour alone: at its share here and
around, in a Gaussian scale space, and at the same of the sum of squares over all colours, which no numbering changes.
What it answers is added to the share, and the softmax over colours is the next state. This is diffusion and threshold
(Merriman, Bence and Osher 1992) with a learned threshold: local, periodic, the same in all directions. The state stays
soft from frame to frame, so that motion by less than a pixel is not lost; at the start it is found with the help of
the anti-aliased boundary image. Only colours that are near a pixel compete for it, so their number may differ
between training and forecast.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from graincast.growth.forecaster import Forecast, Forecaster, Lesson, Sequences
from graincast.growth.layers.losses import LossWeights, composite
from graincast.growth.layers.scale_space import scale_space
from graincast.material.grains.colouring import colours

NEAR = 0.01  # share of a colour, blurred by the second scale, from which on it competes for a pixel
OUT = -30.0  # logit of colours that do not
SHARPNESS = 5.0  # logit of a share of 1 before training
PART = 2**24  # shares in one part of a forecast


@dataclass(frozen=True)
class Settings:
    colours: int  # in training
    forecast_colours: int  # in a forecast: more of them keep apart what meets later
    scales: tuple[float, ...]  # standard deviations of the blurs, pixels, growing
    width: int  # of the hidden layers
    rules: int  # applied one after the other between two frames
    loss: LossWeights  # of the images, beside the cross entropy of the grains

    def __post_init__(self) -> None:
        if min(self.colours, self.forecast_colours) < 4 or self.width < 1 or self.rules < 1:
            raise ValueError("a local rule needs 4 colours or more, and width and rules of at least 1")
        if len(self.scales) < 2 or min(self.scales) <= 0:
            raise ValueError("a local rule needs 2 scales or more, above 0")


class Model(Forecaster):
    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        scales = 1 + len(settings.scales)
        self.start = Rule(scales, settings.width)
        self.rules = nn.ModuleList(Rule(scales, settings.width) for _ in range(settings.rules))
        self.pen = Perceptron(scales, settings.width)

    def forecast(self, known: Sequences, frames: int) -> Forecast:
        """The next `frames` frames after the last known one; their regions are colours."""
        count = self.settings.forecast_colours
        at_once = max(1, PART // (count * known.images[0, 0].numel()))
        images, regions = [], []
        for part in range(0, len(known), at_once):
            now = known.frames(slice(-1, None)).some(slice(part, part + at_once))
            painted = self._painted(now.grains, count, (np.random.default_rng(0) for _ in range(len(now))))
            states, drawn = self._rollout(painted[:, 0], now.images[:, 0], frames)
            images.append(drawn[:, 1:])
            regions.append(states[:, 1:].argmax(dim=2))
        return Forecast(torch.cat(images), torch.cat(regions))

    def loss(self, sequences: Sequences, lesson: Lesson) -> Tensor:
        """Loss of the last shown image and all later ones, and cross entropy of the later colours, as [B]."""
        with torch.autocast(sequences.images.device.type, enabled=False):  # motion is by parts of a pixel
            last = sequences.frames(slice(lesson.inputs - 1, None))
            painted = self._painted(last.grains, self.settings.colours, lesson.chances)
            states, drawn = self._rollout(painted[:, 0], last.images[:, 0], last.images.shape[1] - 1)
            surprise = -(states * painted).sum(dim=2)[:, 1:].mean(dim=(2, 3))  # [B, frames]
            return composite(drawn, last.images, self.settings.loss) + surprise.sum(dim=1) / max(1, surprise.shape[1])

    def _painted(self, grains: Tensor, count: int, chances: Iterable[np.random.Generator]) -> Tensor:
        """Grain maps [B, frames, H, W] to colours [B, frames, count, H, W], 1 where a grain of that colour is.

        Colours are chosen for the first frame; a grain keeps its own.
        """
        painted = []
        for one, chance in zip(grains, chances, strict=True):
            chosen = torch.from_numpy(colours(one[0].cpu().numpy(), count, chance)).to(one.device)
            painted.append(functional.one_hot(chosen[one], count).movedim(-1, 1).float())
        return torch.stack(painted)

    def _rollout(self, painted: Tensor, images: Tensor, frames: int) -> tuple[Tensor, Tensor]:
        """First colours [B, colours, H, W] and images [B, H, W] to logarithms of shares and images, at first and later.

        States are [B, 1 + frames, colours, H, W], images [B, 1 + frames, H, W].
        """
        scales = self.settings.scales
        state = self.start(scale_space(painted, scales), scale_space(images, scales))
        seen = scale_space(state.exp(), scales)
        states, drawn = [state], [self.pen(crowding(seen))]
        for _ in range(frames):
            for rule in self.rules:
                state = rule(seen, crowding(seen))
                seen = scale_space(state.exp(), scales)
            states.append(state)
            drawn.append(self.pen(crowding(seen)))
        return torch.stack(states, dim=1), torch.sigmoid(torch.stack(drawn, dim=1))


class Rule(nn.Module):
    """Shares of colours to the logarithms of their next shares; a fresh one only sharpens them."""

    def __init__(self, scales: int, width: int) -> None:
        super().__init__()
        self.answer = Perceptron(2 * scales, width)
        self.answer.hush()
        self.sharpness = nn.Parameter(torch.tensor(SHARPNESS))

    def forward(self, seen: Tensor, beside: Tensor) -> Tensor:
        """Scale space of the shares [scales, B, colours, H, W] and of what all colours see [scales, B, H, W]."""
        around = seen[2].detach()
        near = around > NEAR
        open_ones = (near & (around < 1 - NEAR)).flatten().nonzero()[:, 0]  # the others stay as they are
        colour_count, pixels = seen.shape[2], seen[0, 0, 0].numel()
        places = open_ones // (colour_count * pixels) * pixels + open_ones % pixels
        answers = self.answer(torch.cat([seen.flatten(1)[:, open_ones], beside.flatten(1)[:, places]]))
        logits = torch.where(near, 0.0, OUT).flatten().index_put((open_ones,), answers).reshape(around.shape)
        return functional.log_softmax(self.sharpness * seen[0] + logits, dim=1)


class Perceptron(nn.Module):
    """Some numbers in 0..1 to one number, everywhere alike."""

    def __init__(self, inputs: int, width: int) -> None:
        super().__init__()
        self.first, self.second, self.last = nn.Linear(inputs, width), nn.Linear(width, width), nn.Linear(width, 1)

    def hush(self) -> None:
        """Let it answer 0 until it learns."""
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)

    def forward(self, numbers: Tensor) -> Tensor:
        """Numbers [inputs, ...] to answers [...]."""
        rows = numbers.flatten(1).T.contiguous() - 0.5
        answers: Tensor = self.last(functional.relu(self.second(functional.relu(self.first(rows)))))
        return answers.reshape(numbers.shape[1:])


def crowding(seen: Tensor) -> Tensor:
    """Sum of squares over colours of [scales, B, colours, H, W]: 1 inside a grain, less where several meet."""
    return (seen * seen).sum(dim=2)
