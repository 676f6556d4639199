"""Trained models: a checkpoint is all that is needed to forecast."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from graincast import specs
from graincast.learning import checkpoint
from graincast.learning.forecaster import Forecast, Forecaster, Sequences
from graincast.learning.spec import ModelSpec

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
        parts = []
        for at in range(0, len(known), BATCH):
            some = known.some(slice(at, at + BATCH))
            parts.append(self.model.forecast(Sequences(some.images.to(device), some.grains.to(device)), frames))
        images = torch.cat([part.images.cpu() for part in parts])
        return Forecast(images, _joined(part.regions for part in parts), _joined(part.attention for part in parts))


def _joined(parts: Iterable[Tensor | None]) -> Tensor | None:
    """Parts of a batch that a model gives or does not give, on the CPU."""
    given = [part.cpu() for part in parts if part is not None]
    return torch.cat(given) if given else None


def save(path: Path, model: Forecaster, spec: ModelSpec, trained_on: dict[str, Any]) -> None:
    """Write weights that say what they are and what they were trained on."""
    about = {
        "kind": "graincast weights",
        "model": spec.model,
        "settings": spec.settings,
        "training": dataclasses.asdict(spec.training),
        "parameters": sum(weights.numel() for weights in model.parameters()),
        "normalisation": "boundary images in 0..1, 1 on the boundary",
        "torch": torch.__version__,
        **trained_on,
    }
    checkpoint.save(path, model.state_dict(), about)


def load(path: Path, device: torch.device) -> Trained:
    """The model that a checkpoint holds, ready to forecast."""
    tensors, about = checkpoint.load(path)
    module = specs.part("models", str(about.get("model")), f"{path}, 'model'")
    model: Forecaster = module.Model(specs.build(about.get("settings", {}), module.Settings, f"{path}, 'settings'"))
    checkpoint.fill(model, tensors, path)
    return Trained(model.to(device).eval(), about)
