"""Any file of grains that a laboratory has, opened as a microstructure: an EBSD map, a ready grain map, or a picture.

A map of orientations is cleaned as a row of a table of measured maps would clean it (`measured.cleaning`). A picture is
read as labels or as lines (`specimens.specimen`). Whatever had to be decided on the way is told.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from graincast.base import pictures
from graincast.base.errors import GraincastError
from graincast.material.grains.small_grains import absorbed, touching_inside
from graincast.material.measured import cleaning, formats, mean_orientations, refusals
from graincast.material.measured.cleaned import Cleaned
from graincast.material.measured.map_rows import Cleaning
from graincast.material.measured.mean_orientations import MeanOrientations
from graincast.material.measured.scan import GrainMap, Scan
from graincast.material.microstructure import Microstructure
from graincast.material.specimens import scale, specimen

CHAINED = 0.5  # of the map's width or height: a grain that reaches farther, bent by more than the threshold, is a chain
SPECK = 4  # pixels: smaller pieces of a picture are tips of grains that pixels cut off
MAPS = (*formats.ORIENTATIONS, *formats.HDF5)


@dataclass(frozen=True)
class Opened:
    structure: Microstructure
    said: tuple[str, ...]  # what was found and decided, a sentence each


def opened(path: Path, pixel_um: float | None = None, kind: str = "auto", rules: Cleaning | None = None) -> Opened:
    """The grains of a file; `rules` are for maps, `kind` is for pictures, `pixel_um` for files that do not say."""
    if path.suffix.lower() in MAPS:
        return _of_map(path, pixel_um, rules or Cleaning())
    if rules not in (None, Cleaning()):
        raise GraincastError(f"{path}: is a picture, expected a map of orientations for --misorientation and the like")
    return _of_picture(path, pixel_um, kind)


def _of_picture(path: Path, pixel_um: float | None, kind: str) -> Opened:
    given = pictures.read(path)
    lengths = scale.of(path, pixel_um)
    found = specimen.read(given, kind, periodic=False, where=str(path))
    step = lengths.per_pixel * found.pixel if lengths.unit == "um" else None
    labels, specks = _without_specks(found.labels)
    structure = Microstructure(labels, step)
    said = [f"read as {found.kind}: {structure.grains} grains"]
    if specks:
        said.append(f"{specks} specks of fewer than {SPECK} pixels went to the grains around them")
    if found.pixel > 1:
        said.append(f"every {found.pixel:g}th pixel was looked at")
    return Opened(structure, (*said, lengths.source))


def _without_specks(labels: NDArray[np.int32]) -> tuple[NDArray[np.int32], int]:
    """Grains of which none is a few pixels, and how many were."""
    size = np.bincount(labels.ravel())
    if size.min() >= SPECK:
        return labels, 0
    goes_to = absorbed(labels, np.arange(len(size)), size, SPECK, touching_inside)
    numbers = np.unique(goes_to, return_inverse=True)[1].astype(np.int32)
    return numbers[labels], int(np.sum(goes_to != np.arange(len(size))))


def _of_map(path: Path, pixel_um: float | None, rules: Cleaning) -> Opened:
    measured = formats.read(path, pixel_um)
    where = str(path)
    found = cleaning.cleaned(measured, rules, where)
    step = pixel_um if pixel_um is not None else found.step
    said = [f"{found.grains} grains of {measured_as(measured)}", *found.decisions]
    said += [f"{one.name}: {one.points} points" for one in found.steps if one.points]
    if step is not None:
        said.append(f"a point is {step:.4g} um, by {'what was given' if pixel_um is not None else 'the file'}")
    if isinstance(measured, GrainMap):
        return Opened(Microstructure(found.labels, step), tuple(said))
    window = refusals.window(measured.phase.shape, rules, where)
    means = mean_orientations.of_grains(cleaning.cropped(measured, window), found)
    phases = tuple(found.phases[number].name for number in found.phase.tolist())
    structure = Microstructure(found.labels, step, means.quaternions, phases)
    return Opened(structure, (*said, *chained(found, means, rules.misorientation)))


def measured_as(measured: Scan | GrainMap) -> str:
    return "a ready grain map" if isinstance(measured, GrainMap) else "a map of orientations"


def chained(found: Cleaned, means: MeanOrientations, misorientation: float) -> list[str]:
    """A warning of each grain so large, and so bent, that it must be many: neighbours chained step by step."""
    share = np.bincount(found.labels.ravel()) / found.labels.size
    reach = _reach(found)
    doubtful = np.flatnonzero((reach > CHAINED) & (means.spread > misorientation))
    return [
        f"WARNING: grain {grain + 1} covers {100 * share[grain]:.0f} % of the map and reaches over "
        f"{100 * reach[grain]:.0f} % of its side, its points {means.spread[grain]:.0f} degrees from its mean "
        f"orientation on average: a chain of neighbours, each less than {misorientation:g} degrees from the next; "
        f"try --misorientation {misorientation / 2:g}"
        for grain in doubtful.tolist()
    ]


def _reach(found: Cleaned) -> NDArray[np.float64]:
    """How far each grain [grains] reaches, over the side of the map."""
    boxes = ndimage.find_objects(found.labels + 1)
    return np.array(
        [
            max((along.stop - along.start) / side for along, side in zip(box, found.labels.shape, strict=True))
            for box in boxes
        ]
    )
