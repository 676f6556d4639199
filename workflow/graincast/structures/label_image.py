"""A user's own microstructure: a file whose pixels are grain labels (PNG, TIFF or NPY), made periodic by mirroring.

The map is cropped to its central square, mirrored in x and in y, so that boundaries meet its edges at right angles, and
traced (`networks.tracing`). Grains that touch an edge join their mirror images. The specimen is a quarter of the box.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from skimage import io

from graincast.errors import GraincastError
from graincast.grains.geometry import connected_regions
from graincast.networks.network import Network
from graincast.networks.tracing import mirrored, trace

FEWEST_PIXELS = 4  # in a grain, on average


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
    labels = _pixels(path)
    side = min(labels.shape)
    top, left = (labels.shape[0] - side) // 2, (labels.shape[1] - side) // 2
    square = labels[top : top + side, left : left + side]
    grains = int(connected_regions(square).max()) + 1
    if grains < 2:
        raise GraincastError(f"{path}: holds one single grain, expected two or more labels")
    if grains * FEWEST_PIXELS > square.size:
        raise GraincastError(
            f"{path}: holds {grains} regions in {square.size} pixels, expected one value for all pixels of a grain: "
            "is it a photograph, or saved with JPEG or smoothed edges?"
        )
    return square


def _pixels(path: Path) -> NDArray[np.int32]:
    """The labels of a file, numbered from 0 on; in a colour image each colour is a label."""
    try:
        stored = np.load(path, allow_pickle=False) if path.suffix == ".npy" else io.imread(path)
    except Exception as error:  # the image libraries raise anything; the user needs the file
        raise GraincastError(f"{path}: is not a readable label image ({type(error).__name__}: {error})") from error
    colour = stored.ndim == 3 and stored.shape[2] in (3, 4)
    if not (colour or stored.ndim == 2) or min(stored.shape[:2]) < 8:
        raise GraincastError(f"{path}: has shape {stored.shape}, expected one image of 8 x 8 pixels or more")
    if stored.dtype.kind == "f" and not np.isfinite(stored).all():
        raise GraincastError(f"{path}: has pixels without a finite value, expected a label for every pixel")
    flat = stored.reshape(stored.shape[0] * stored.shape[1], -1)
    numbers = np.unique(flat, axis=0, return_inverse=True)[1]
    return np.asarray(numbers.reshape(stored.shape[:2]), dtype=np.int32)
