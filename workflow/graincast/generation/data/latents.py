"""Latents of patches of several cases, as one trained autoencoder gives them: a file that other studies may read.

An .npz archive with `about`, what the model says of itself as JSON (study, model, settings, data set, seed); `cases`,
the names of the cases, of which `train`, `validation` and `test` are of the data set that the model was trained on;
`descriptors`, the names of the columns of the structure, and `relief_names`, those of the relief. And of each case,
under the name `CASE/...`, a row a patch, as many of each field, one field after the other:

    means          float32 [patches, latents]      of the law that the encoder gives
    log_variances  float32 [patches, latents]      of the same
    field          int64   [patches]               number of the field within the case
    step           int64   [patches]               how far grown, from 0; -1 where nobody knows
    conditions     float32 [patches, 3]            of the field, encoded (`data/conditions.py`)
    structure      float32 [patches, descriptors]  of the patch itself (`data/patch_structure.py`); nan: too few grains
    relief         float32 [patches, 3]            of its distances, pixels
    squared_error  float32 [patches]               of the distance that is decoded from latents drawn by chance, as
                                                   trained: over the square of the model's scale
    divergence     float32 [patches]               from the law of all latents, nats over pixels
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graincast.base.storage import open_arrays, write_arrays
from graincast.generation.data.patch_structure import DESCRIPTORS, Relief


@dataclass(frozen=True)
class Encoded:
    """The patches of one case."""

    means: NDArray[np.float32]  # [patches, latents]
    log_variances: NDArray[np.float32]  # [patches, latents]
    field: NDArray[np.int64]  # [patches]
    step: NDArray[np.int64]  # [patches]
    conditions: NDArray[np.float32]  # [patches, 3]
    structure: NDArray[np.float32]  # [patches, descriptors]
    relief: NDArray[np.float32]  # [patches, 3] pixels
    squared_error: NDArray[np.float32]  # [patches]
    divergence: NDArray[np.float32]  # [patches]

    def by_field(self, values: NDArray) -> NDArray[np.float64]:
        """Means of values [patches] over each field, in their order."""
        _, group = np.unique(self.field, return_inverse=True)
        return np.asarray(np.bincount(group, values) / np.bincount(group))

    def chosen(self, patches: NDArray) -> "Encoded":
        """Some of the patches."""
        return Encoded(*(getattr(self, name)[patches] for name in NAMES))


TRAIN, VALIDATION, TEST = "train", "validation", "test"
TRAINED_ON = (TRAIN, VALIDATION)
NAMES = tuple(field.name for field in fields(Encoded))
Latents = Mapping[str, Encoded]  # by case


def write(path: Path, latents: Latents, about: Mapping[str, Any]) -> None:
    """Write the patches of all cases, and what their model says of itself."""
    arrays: dict[str, NDArray] = {
        "about": np.array(json.dumps(about, sort_keys=True)),
        "cases": np.array(list(latents)),
        "descriptors": np.array(DESCRIPTORS),
        "relief_names": np.array(Relief._fields),
    }
    for case, encoded in latents.items():
        arrays |= {f"{case}/{name}": getattr(encoded, name) for name in NAMES}
    write_arrays(path, arrays)


def read(path: Path) -> tuple[dict[str, Encoded], dict[str, Any]]:
    """The patches of all cases, in the order in which they were written, and what their model says of itself."""
    with open_arrays(path) as array:
        cases = [str(case) for case in array("cases")]
        found = {case: Encoded(*(array(f"{case}/{name}") for name in NAMES)) for case in cases}
        return found, json.loads(str(array("about")))
