"""A checkpoint with more in its description: the same tensors, copied without torch, which would take two seconds."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from graincast.base.errors import GraincastError
from graincast.base.storage import written


def read(path: Path) -> tuple[dict[str, NDArray], dict[str, Any]]:
    """The tensors of a checkpoint and its description, as `base.checkpoint` wrote them."""
    try:
        with safe_open(path, framework="np") as archive:
            about = json.loads((archive.metadata() or {}).get("graincast", "{}"))
            tensors = {name: archive.get_tensor(name) for name in archive.keys()}  # noqa: SIM118 (not a dict)
    except (SafetensorError, OSError) as error:
        raise GraincastError(f"{path}: is not a readable checkpoint ({error}): delete it and run again") from error
    if about.pop("tensors_sha256", None) != _sha256(tensors):
        raise GraincastError(f"{path}: is no checkpoint of graincast's, or damaged: delete it and run again")
    return tensors, about


def write(path: Path, tensors: Mapping[str, NDArray], about: Mapping[str, Any]) -> None:
    """Write the tensors under a description, whole or not at all: the bytes that `base.checkpoint` would write."""
    header = json.dumps({**about, "tensors_sha256": _sha256(tensors)}, sort_keys=True)
    with written(path) as partial:
        try:
            save_file(dict(tensors), partial, metadata={"graincast": header})
        except SafetensorError as error:
            raise GraincastError(f"{path}: cannot be written: {error}") from error


def _sha256(tensors: Mapping[str, NDArray]) -> str:
    """Of names, types as torch calls them, shapes and bytes."""
    total = hashlib.sha256()
    for name in sorted(tensors):
        tensor = tensors[name]
        total.update(f"{name} torch.{tensor.dtype} {tuple(tensor.shape)}\n".encode())
        total.update(tensor.tobytes())
    return total.hexdigest()
