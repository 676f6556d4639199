"""A segmenter: a trained partitioner that knows how sure it is, and what it learned from.

It is the partitioner's checkpoint whose description holds, under `segmenter`: `line`, slope and shift that calibrate
what it says of two pieces that touch; `grain_px`, least and largest side of the mean grain of pictures that it learned
from; `doubt`, the largest share of doubtful boundaries in pictures like those.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from graincast.base import checkpoint
from graincast.base.errors import GraincastError
from graincast.segmentation import trained
from graincast.segmentation.contract import Partitioner

KEY = "segmenter"


@dataclass(frozen=True)
class Knowledge:
    """What a segmenter knows of itself."""

    line: tuple[float, float]
    grain_px: tuple[float, float]
    doubt: float


@dataclass(frozen=True)
class Segmenter:
    model: Partitioner
    knows: Knowledge
    about: Mapping[str, Any]


def write(path: Path, weights: Path, knows: Knowledge, commit: str | None) -> None:
    """Write the segmenter that a partitioner's checkpoint becomes, by the code of a commit."""
    tensors, about = checkpoint.load(weights)
    checkpoint.save(path, tensors, {**about, KEY: asdict(knows), "commit": commit})


def load(path: Path, device: torch.device) -> Segmenter:
    """The segmenter of a checkpoint."""
    model, about = trained.described(path, device, Partitioner)  # type: ignore[type-abstract]
    found = about.get(KEY)
    if not isinstance(found, dict):
        raise GraincastError(
            f"{path}: holds a model that does not know how sure it is, expected a segmenter "
            "(results/segmentation/segmenters/...)"
        )
    knows = Knowledge(tuple(found["line"]), tuple(found["grain_px"]), float(found["doubt"]))
    return Segmenter(model, knows, about)
