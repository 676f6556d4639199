"""Fields as an autoencoder sees them: the latents of some patches of each, beside what is physically there."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch

from graincast.generation.contract import PatchAutoencoder
from graincast.generation.data import patch_structure, whole_patches
from graincast.generation.data.fields import StructureField
from graincast.generation.data.latents import NAMES, Encoded
from graincast.generation.data.patches import Patches


@torch.no_grad()
def encoded(
    model: PatchAutoencoder, fields: Sequence[StructureField], count: int, device: torch.device
) -> Iterator[Encoded]:
    """`count` patches of each field."""
    for number, field in enumerate(fields):
        patches = whole_patches.of_field(field, number, model.side, count)
        yield _of_patches(model, patches.to(device), number, field.step)


def joined(parts: Sequence[Encoded]) -> Encoded:
    """The patches of several fields as one case."""
    return Encoded(*(np.concatenate([getattr(part, name) for part in parts]) for name in NAMES))


def _of_patches(model: PatchAutoencoder, patches: Patches, number: int, step: int) -> Encoded:
    mean, log_variance = model.encode(patches.distance)
    error, divergence = model.parts(patches, whole_patches.chances(number, len(patches)))
    images = patches.distance[:, 0].cpu().numpy()
    return Encoded(
        means=mean.cpu().numpy(),
        log_variances=log_variance.cpu().numpy(),
        field=np.full(len(patches), number),
        step=np.full(len(patches), step),
        conditions=patches.conditions.cpu().numpy(),
        structure=np.array([patch_structure.structure(image) for image in images], np.float32),
        relief=np.array([patch_structure.relief(image) for image in images], np.float32),
        squared_error=error.cpu().numpy(),
        divergence=divergence.cpu().numpy(),
    )
