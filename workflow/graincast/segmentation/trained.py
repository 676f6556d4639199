"""Trained models of this study: a checkpoint is all that is needed to guess, mend or partition."""

from pathlib import Path
from typing import Any, TypeVar

import torch

from graincast.segmentation.contract import Model
from graincast.segmentation.experiment import STUDY
from graincast.segmentation.training_section import MODELS
from graincast.training import from_checkpoint

Kind = TypeVar("Kind", bound=Model)


def loaded(path: Path, device: torch.device, kind: type[Kind]) -> Kind:
    """The model of a kind that a checkpoint holds."""
    return described(path, device, kind)[0]


def described(path: Path, device: torch.device, kind: type[Kind]) -> tuple[Kind, dict[str, Any]]:
    """The same, and what the checkpoint says of itself."""
    found, about = from_checkpoint.model(path, STUDY, MODELS, device)
    return from_checkpoint.of_kind(path, found, kind), about
