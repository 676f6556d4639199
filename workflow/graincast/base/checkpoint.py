"""Checkpoints: tensors and a JSON description in one safetensors file, verified by checksum when read.

The header's entry "graincast" says what the tensors are: model, settings, data set, seed, training, versions.
Nothing is unpickled.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from graincast.base.errors import GraincastError
from graincast.base.storage import written


def save(path: Path, tensors: Mapping[str, Tensor], about: Mapping[str, Any]) -> None:
    """Write tensors and their description, whole or not at all."""
    stored = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    header = json.dumps({**about, "tensors_sha256": _sha256(stored)}, sort_keys=True)
    with written(path) as partial:
        try:
            save_file(stored, partial, metadata={"graincast": header})
        except SafetensorError as error:
            raise GraincastError(f"{path}: cannot be written: {error}") from error


def load(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The tensors of a checkpoint and its description."""
    try:
        with safe_open(path, framework="pt") as archive:
            header = (archive.metadata() or {}).get("graincast")
            tensors = {name: archive.get_tensor(name) for name in archive.keys()}  # noqa: SIM118 (not a dict)
    except (SafetensorError, OSError) as error:
        raise GraincastError(f"{path}: is not a readable checkpoint ({error}): delete it and run again") from error
    if header is None:
        raise GraincastError(f"{path}: has no description in its header: it was not written by graincast")
    about = json.loads(header)
    if about.pop("tensors_sha256") != _sha256(tensors):
        raise GraincastError(f"{path}: is damaged (its checksum does not fit): delete it and run again")
    return tensors, about


def fill(model: nn.Module, tensors: Mapping[str, Tensor], path: Path) -> None:
    """Put a checkpoint's weights into `model`, or say how its architecture differs."""
    wanted = {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}
    found = {name: tuple(tensor.shape) for name, tensor in tensors.items()}
    different = sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))
    if different:
        name = different[0]
        raise GraincastError(
            f"{path}: is of another architecture: '{name}' is {found.get(name, 'absent')} in the file "
            f"and {wanted.get(name, 'absent')} in the model: delete it and run again"
        )
    model.load_state_dict(dict(tensors))


def _sha256(tensors: Mapping[str, Tensor]) -> str:
    total = hashlib.sha256()
    for name in sorted(tensors):
        tensor = tensors[name]
        total.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        total.update(tensor.reshape(-1).view(torch.uint8).numpy().tobytes())
    return total.hexdigest()
