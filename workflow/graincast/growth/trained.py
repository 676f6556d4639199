"""Trained models: a checkpoint is all that is needed to forecast."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from graincast.growth.experiment import STUDY
from graincast.growth.forecaster import AttentiveForecaster, Forecast, Forecaster, Sequences
from graincast.growth.stages import MODELS
from graincast.training import from_checkpoint

BATCH = 64


@dataclass(frozen=True)
class Trained:
    model: Forecaster
    about: dict[str, Any]  # what the checkpoint says of itself

    @property
    def inputs(self) -> int:
        """Frames that the model is shown."""
        return int(self.about["training"]["inputs"])

    @torch.no_grad()
    def forecast(self, known: Sequences, frames: int, device: torch.device) -> Forecast:
        """The next `frames` frames after those that are known, on the CPU."""
        parts = [self.model.forecast(batch, frames) for batch in _batches(known, device)]
        regions = [part.regions.cpu() for part in parts if part.regions is not None]
        return Forecast(torch.cat([part.images.cpu() for part in parts]), torch.cat(regions) if regions else None)

    @torch.no_grad()
    def attention(self, known: Sequences, device: torch.device) -> Tensor | None:
        """How much each token [B, h, w] is read for the next frame, on the CPU; none from a model without attention."""
        if not isinstance(self.model, AttentiveForecaster):
            return None
        return torch.cat([self.model.attention_received(batch).cpu() for batch in _batches(known, device)])


def _batches(known: Sequences, device: torch.device) -> Iterator[Sequences]:
    """The sequences in parts that a device has room for, on that device."""
    for at in range(0, len(known), BATCH):
        yield known.some(slice(at, at + BATCH)).to(device)


def load(path: Path, device: torch.device) -> Trained:
    """The model that a checkpoint holds, ready to forecast; the first version's weights do not say their study."""
    return Trained(*from_checkpoint.model(path, STUDY, MODELS, device, unsaid=STUDY))
