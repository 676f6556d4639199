"""Patches to look at a field by: as many of each as are asked for, each lying inside it with all its pixels.

They are keyed by the numbers of field and patch, so that whoever asks again sees the same.
"""

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray

from graincast.base.errors import GraincastError
from graincast.generation.data.fields import StructureField
from graincast.generation.data.patches import PatchCut, Patches

TRIES = 200  # for each patch of a field that ends at its edges
KEY = 7919  # apart from the chances of training


def of_field(field: StructureField, number: int, side: int, count: int) -> Patches:
    """`count` patches of the field of this number, as it is drawn."""
    cut = PatchCut(side, zoom=1.0, grain_px=None)
    inside = [_inside(field, cut, np.random.default_rng([KEY, number, patch])) for patch in range(count)]
    found = [one for one in inside if one is not None]
    if len(found) < count:
        size = " x ".join(str(pixels) for pixels in field.distance.shape)
        raise GraincastError(f"field {number} of {size} pixels has no room for patches of {side} x {side}")
    distance, asked = (torch.from_numpy(np.stack(parts).astype(np.float32)) for parts in zip(*found, strict=True))
    return Patches(distance[:, None], torch.ones_like(distance)[:, None], asked)


def chances(number: int, count: int) -> tuple[np.random.Generator, ...]:
    """What a model draws by when it is shown the patches of this field."""
    return tuple(np.random.default_rng([KEY, number, patch, 1]) for patch in range(count))


def _inside(field: StructureField, cut: PatchCut, chance: np.random.Generator) -> tuple[NDArray, NDArray] | None:
    for _ in _tries(field):
        distance, counted, asked = cut.patch(field, chance)
        if counted.all():
            return distance, asked
    return None


def _tries(field: StructureField) -> Iterator[int]:
    yield from range(1 if field.periodic else TRIES)
