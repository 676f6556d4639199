"""What all exported files have in common: axes, lengths, numbers of grains, orientations; and the text that says so.

A picture's rows go down and y goes up, so that a file looks in ParaView as the picture does on the screen, and that a
volume is not exported as its mirror image. Orientations of DAMASK and Neper are the inverse of a Microstructure's:
theirs turn the specimen's axes onto the crystal's, ours the components of a vector of one to those of the other
(Rowenhorst et al., Modelling and Simulation in Materials Science and Engineering 23, 083501, 2015). Neper calls active
what DAMASK calls passive: the numbers are the same, all four positive for small angles of Bunge.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graincast.base.errors import GraincastError
from graincast.material.microstructure import Microstructure

STATEMENT = (
    "Axes: x to the right along columns, y up against rows (the first row has the largest y), z along layers; "
    "right-handed, as on the screen; the origin is the corner of least x, y and z.",
    "Lengths: micrometres in .tesr, .inp and, if it has a scale, .tif; metres in .vti.",
    "Grains: numbered from 1; only the cell data 'material' of .vti count from 0, as indices into the list of "
    "materials of the .yaml beside it: grain i is material i - 1.",
    "Orientations: unit quaternions, scalar first and not negative, that turn the axes x, y, z onto the crystal's, as "
    "Bunge's angles do (passive, P = -1 in doi:10.1088/0965-0393/23/8/083501).",
)


def cells(structure: Microstructure, path: Path) -> NDArray[np.int32]:
    """Grains from 0 [z, y, x], each of them there, for the file at `path`; a map is one layer."""
    check(structure, path)
    labels = structure.labels
    return (labels if labels.ndim == 3 else labels[None])[:, ::-1]


def quaternions(orientations: NDArray[np.float64]) -> NDArray[np.float64]:
    """Orientations [grains, 4] of a Microstructure as files state them."""
    turned = orientations * [1, -1, -1, -1]
    return np.asarray(np.where(turned[:, :1] < 0, -turned, turned) + 0.0)  # no -0


def step(structure: Microstructure, path: Path) -> float:
    """The side of a pixel in micrometres, which the file at `path` cannot do without."""
    if structure.step is None:
        raise GraincastError(
            f"{path}: needs the side of a pixel, which is not known: give it in micrometres with --pixel-size"
        )
    return structure.step


def check(structure: Microstructure, path: Path) -> None:
    """Whether the grains are numbered without a gap, and whatever is known is known of each."""
    numbers = structure.labels.ravel()
    if numbers.size == 0 or numbers.min() < 0:
        raise GraincastError(f"{path}: the structure to write is empty or has a grain below 0, expected grains from 0")
    absent = np.flatnonzero(np.bincount(numbers) == 0)
    if len(absent):
        raise GraincastError(f"{path}: the structure to write has no grain {absent[0]}, expected numbers without a gap")
    orientations = structure.grains if structure.orientations is None else len(structure.orientations)
    phases = len(structure.phases) or structure.grains
    if not orientations == phases == structure.grains:
        raise GraincastError(
            f"{path}: the structure to write has {structure.grains} grains, {orientations} orientations and {phases} "
            "phases, expected as many of each"
        )
