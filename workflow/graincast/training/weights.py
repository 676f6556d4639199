"""Trained weights: a checkpoint that says what they are, of which study, and what they were trained on."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn

from graincast.base import checkpoint
from graincast.training.spec import ModelSpec


def save(path: Path, model: nn.Module, spec: ModelSpec, trained_on: Mapping[str, Any]) -> None:
    """Write the weights of `model`; `trained_on` names the study, the data set and the seed."""
    about = {
        "kind": "graincast weights",
        "model": spec.model,
        "settings": spec.settings,
        "training": dataclasses.asdict(spec.training),
        "parameters": sum(weights.numel() for weights in model.parameters()),
        "torch": torch.__version__,
        **trained_on,
    }
    checkpoint.save(path, model.state_dict(), about)
