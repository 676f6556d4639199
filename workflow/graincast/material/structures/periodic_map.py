"""A map that tiles the plane, as `graincast generate` makes them: a file whose pixels are grain labels, as it is."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from graincast.base.errors import GraincastError
from graincast.material.grains.geometry import connected_regions
from graincast.material.measured.readers import labels as reader
from graincast.material.networks.network import Network
from graincast.material.networks.tracing import trace

DESCRIPTION = "A map that tiles the plane: a file whose pixels are grain labels (PNG, TIFF or NPY), as it is."


@dataclass(frozen=True)
class Settings:
    file: str


def network(settings: Settings, rng: np.random.Generator) -> Network:
    """The map in one of the eight orientations of a square, drawn from `rng`; its mean grain area is 1."""
    path = Path(settings.file)
    found = reader.read(path, None).labels
    if found.shape[0] != found.shape[1]:
        raise GraincastError(f"{path}: is {found.shape[0]} x {found.shape[1]} pixels, expected a square: boxes are")
    turned = np.rot90(found, int(rng.integers(4)))
    grains = connected_regions(turned.T if rng.integers(2) else turned)
    count = int(grains.max()) + 1
    if count < 2:
        raise GraincastError(f"{path}, labels: one single grain, expected two or more")
    reader.check_sizes(str(path), count, "regions", grains.size)
    return trace(grains, pixel=float(np.sqrt(count / grains.size)))
