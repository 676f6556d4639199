"""Trained models of this study: a checkpoint is all that is needed to encode, decode or draw."""

from pathlib import Path
from typing import Any, TypeVar

import torch

from graincast.generation.contract import Generator, Model, PatchAutoencoder
from graincast.generation.experiment import STUDY
from graincast.generation.training_section import MODELS
from graincast.training import from_checkpoint

Kind = TypeVar("Kind", bound=Model)


def autoencoder(path: Path, device: torch.device) -> PatchAutoencoder:
    """The autoencoder that a checkpoint holds, ready to encode and decode."""
    return _loaded(path, device, PatchAutoencoder)[0]  # type: ignore[type-abstract]


def described_autoencoder(path: Path, device: torch.device) -> tuple[PatchAutoencoder, dict[str, Any]]:
    """The same, and what the checkpoint says of itself."""
    return _loaded(path, device, PatchAutoencoder)  # type: ignore[type-abstract]


def generator(path: Path, device: torch.device) -> Generator:
    """The generator that a checkpoint holds, ready to draw."""
    return _loaded(path, device, Generator)[0]  # type: ignore[type-abstract]


def model(path: Path, device: torch.device) -> Model:
    """The model that a checkpoint holds, of whatever kind."""
    return _loaded(path, device, Model)[0]  # type: ignore[type-abstract]


def described_generator(path: Path, device: torch.device) -> tuple[Generator, dict[str, Any]]:
    """The same, and what the checkpoint says of itself."""
    return _loaded(path, device, Generator)  # type: ignore[type-abstract]


def _loaded(path: Path, device: torch.device, kind: type[Kind]) -> tuple[Kind, dict[str, Any]]:
    found, about = from_checkpoint.model(path, STUDY, MODELS, device)
    return from_checkpoint.of_kind(path, found, kind), about
