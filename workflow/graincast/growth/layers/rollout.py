"""Frames one from another in the latent space: a ConvLSTM remembers, residuals move the latent, each frame is decoded.

    h, c = ConvLSTM(z, h, c),    h = mix(h, image),    z' = z + step(h),    image' = decode(z')

Shown frames are encoded and remembered one after the other; from the last on, each next latent comes from the one
before. `mix` is what a model does to the hidden state beyond this, given the present image: the shown one, then the
model's own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from graincast.growth.forecaster import Lesson, Sequences
from graincast.growth.layers.autoencoder import Autoencoder
from graincast.growth.layers.convlstm import ConvLSTM
from graincast.growth.layers.convolutions import circular, gentle
from graincast.growth.layers.losses import LossWeights, composite

KERNEL = 3  # tokens

Mix = Callable[[Tensor, Tensor], Tensor]  # hidden state [B, C, h, w] and image [B, H, W] to the hidden state


@dataclass(frozen=True)
class Widths:
    encoder: int  # channels of the first convolution; twice as many in the second
    latent: int  # channels of a token
    memory: int  # channels of the ConvLSTM

    def __post_init__(self) -> None:
        if min(self.encoder, self.latent, self.memory) < 1 or self.encoder % 2:
            raise ValueError("widths must be at least 1, and the encoder's even")


class Present(NamedTuple):
    """The frame that a model goes on from."""

    latent: Tensor  # [B, latent, h, w]
    image: Tensor  # [B, H, W]


Guide = Callable[[int, Present], Present]  # number of a predicted frame, and the frame to the one to go on from


def unguided(_frame: int, present: Present) -> Present:
    """The model goes on from its own frames."""
    return present


class Rollout(nn.Module):
    def __init__(self, widths: Widths) -> None:
        super().__init__()
        self.autoencoder = Autoencoder(widths.encoder, widths.latent)
        self.memory = ConvLSTM(widths.latent, widths.memory, KERNEL)
        self.step = nn.Sequential(  # deep, for curvature is no linear function of what is remembered
            circular(widths.memory, widths.memory, KERNEL),
            nn.GELU(),
            gentle(circular(widths.memory, widths.latent, KERNEL)),
        )

    def forward(self, shown: list[Present], frames: int, mix: Mix, guide: Guide = unguided) -> list[Tensor]:
        """Shown frames to the next `frames` images, each [B, H, W] in 0..1."""
        hidden, cell = self._remembered(shown, mix)
        present, images = shown[-1], []
        for frame in range(frames):
            hidden, cell = self.memory(present.latent, hidden, cell)
            hidden = mix(hidden, present.image)
            latent = present.latent + self.step(hidden)
            images.append(self.autoencoder.decode(latent))
            present = guide(frame, Present(latent, images[-1]))
        return images

    def seen(self, images: Tensor) -> list[Present]:
        """Each frame of images [B, frames, H, W], encoded."""
        return [Present(self.autoencoder.encode(image), image) for image in images.unbind(dim=1)]

    def unmixed(self, shown: list[Present], mix: Mix) -> Tensor:
        """The hidden state [B, C, h, w] that `mix` is given at the last shown frame."""
        hidden: Tensor = self.memory(shown[-1].latent, *self._remembered(shown, mix))[0]
        return hidden

    def _remembered(self, shown: list[Present], mix: Mix) -> tuple[Tensor, Tensor]:
        """Hidden state and cell after all shown frames but the last."""
        hidden, cell = self.memory.blank(shown[0].latent)
        for past in shown[:-1]:
            hidden, cell = self.memory(past.latent, hidden, cell)
            hidden = mix(hidden, past.image)
        return hidden, cell


def forecast_images(rollout: Rollout, mix: Mix, known: Tensor, frames: int) -> Tensor:
    """The next `frames` images after the known ones [B, inputs, H, W], as [B, frames, H, W]."""
    return torch.stack(rollout(rollout.seen(known), frames, mix), dim=1)


def lesson_loss(rollout: Rollout, mix: Mix, sequences: Sequences, lesson: Lesson, weights: LossWeights) -> Tensor:
    """Composite loss [B] of the shown frames rebuilt and the later ones forecast; each frame counts alike."""
    later = sequences.images[:, lesson.inputs :]
    draws = np.array([chance.random(later.shape[1]) for chance in lesson.chances]) < lesson.forcing
    forced = torch.from_numpy(draws).to(later.device)

    def guide(frame: int, present: Present) -> Present:
        if not draws[:, frame].any():
            return present
        true, chosen = rollout.seen(later[:, frame : frame + 1])[0], forced[:, frame, None, None]
        return Present(
            torch.where(chosen[:, None], true.latent, present.latent), torch.where(chosen, true.image, present.image)
        )

    shown = rollout.seen(sequences.images[:, : lesson.inputs])
    rebuilt = [rollout.autoencoder.decode(frame.latent) for frame in shown]
    predicted = rollout(shown, later.shape[1], mix, guide)
    return composite(torch.stack(rebuilt + predicted, dim=1), sequences.images, weights)
