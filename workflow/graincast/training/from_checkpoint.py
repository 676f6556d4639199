"""The model that a checkpoint of a study holds, whatever it is."""

from pathlib import Path
from typing import Any

import torch

from graincast.base import checkpoint
from graincast.base.errors import GraincastError
from graincast.training.spec import ModelSpec


def model(
    path: Path, study: str, folder: str, device: torch.device, unsaid: str | None = None
) -> tuple[Any, dict[str, Any]]:
    """Ready to be asked, and what the checkpoint says of itself; `folder` is that of the study's models.

    Weights that do not say their study are of `unsaid`.
    """
    tensors, about = checkpoint.load(path)
    found_study = about.get("study", unsaid)
    if found_study != study:
        raise GraincastError(f"{path}: holds weights of the study '{found_study}', expected '{study}'")
    described = ModelSpec(str(about.get("model")), about.get("settings", {}), training=None, folder=folder)
    found = described.build(str(path))
    checkpoint.fill(found, tensors, path)
    return found.to(device).eval(), about


def of_kind(path: Path, found: Any, kind: type[Any]) -> Any:
    """The model, if it is of that kind."""
    if not isinstance(found, kind):
        raise GraincastError(
            f"{path}: holds a '{type(found).__module__.rpartition('.')[2]}', which is no {kind.__name__}"
        )
    return found
