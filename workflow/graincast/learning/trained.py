"""Trained models: a checkpoint is all that is needed to forecast."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from graincast import specs
from graincast.learning import checkpoint
from graincast.learning.forecaster import Forecaster
from graincast.learning.spec import ModelSpec

BATCH = 64


@dataclass(frozen=True)
class Trained:
    model: Forecaster
    about: dict[str, Any]  # what the checkpoint says of itself

    @torch.no_grad()
    def forecast(self, first: NDArray[np.float32], frames: int, device: torch.device) -> NDArray[np.float32]:
        """First images [B, H, W] to the next `frames` images [B, frames, H, W]."""
        parts = []
        for at in range(0, len(first), BATCH):
            images = torch.from_numpy(first[at : at + BATCH]).to(device)
            parts.append(self.model.forecast(images, frames).cpu().numpy())
        return np.concatenate(parts)


def save(path: Path, model: Forecaster, spec: ModelSpec, trained_on: dict[str, Any]) -> None:
    """Write weights that say what they are and what they were trained on."""
    about = {
        "kind": "graincast weights",
        "model": spec.model,
        "settings": spec.settings,
        "training": vars(spec.training),
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
