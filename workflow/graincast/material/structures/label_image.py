"""A user's own microstructure: a file whose pixels are grain labels (PNG, TIFF or NPY), made periodic by mirroring.

The map is cropped to its central square, mirrored in x and in y, so that boundaries meet its edges at right angles, and
traced (`networks.tracing`). Grains that touch an edge join their mirror images. The specimen is a quarter of the box.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graincast.base import pictures
from graincast.base.errors import GraincastError
from graincast.material.grains.geometry import connected_regions
from graincast.material.measured.readers import labels as reader
from graincast.material.networks.network import Network
from graincast.material.networks.surroundings import mirrored
from graincast.material.networks.tracing import trace

DESCRIPTION = (
    "A user's own microstructure: a file whose pixels are grain labels (PNG, TIFF or NPY), made periodic by mirroring."
)


@dataclass(frozen=True)
class Settings:
    file: str


def network(settings: Settings, rng: np.random.Generator) -> Network:
    """The map in one of the eight orientations of a square, drawn from `rng`; its mean grain area is 1."""
    quarter = read(Path(settings.file))
    quarter = np.rot90(quarter, int(rng.integers(4)))
    quarter = quarter.T if rng.integers(2) else quarter
    labels, _ = mirrored(quarter)
    return trace(labels, pixel=float(np.sqrt((labels.max() + 1) / labels.size)))


def read(path: Path) -> NDArray[np.int32]:
    """The labels of a file from 0 on, cropped to its central square."""
    square = pictures.central_square(reader.read(path, None).labels)
    grains = int(connected_regions(square).max()) + 1
    if grains < 2:
        raise GraincastError(f"{path}, labels: one single grain in the central square, expected two or more")
    reader.check_sizes(str(path), grains, "regions", square.size)
    return square
