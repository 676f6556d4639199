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
from graincast.material.grains.numbering import consecutive
from graincast.material.grains.resampling import resampled
from graincast.material.grains.small_grains import absorbed, touching_inside
from graincast.material.measured import cleaning, formats, mean_orientations
from graincast.material.measured.cleaned import Cleaned
from graincast.material.measured.map_rows import Cleaning
from graincast.material.measured.mean_orientations import MeanOrientations
from graincast.material.measured.scan import GrainMap
from graincast.material.microstructure import Microstructure
from graincast.material.specimens import scale, specimen
from graincast.material.specimens.scale import Scale

CHAINED = 0.5  # of the map's width or height: a grain that reaches farther, bent by more than the threshold, is a chain
NO_HEAP = 0.02  # of the map: less of it is not worth a warning
DRAWN = 3.0  # pixels: the width of a line between grains, which is not measured
MAPS = (*formats.ORIENTATIONS, *formats.HDF5)


@dataclass(frozen=True)
class Opened:
    structure: Microstructure
    said: tuple[str, ...]  # what was found and decided, a sentence each
    blur: float = 1.0  # pixels within which a boundary lies somewhere


def opened(
    path: Path,
    pixel_um: float | None = None,
    kind: str = "auto",
    rules: Cleaning | None = None,
    periodic: bool = False,
) -> Opened:
    """The grains of a file; `pixel_um` for files that do not say, `kind` of a picture, `rules` for EBSD maps.

    A picture that is periodic is the period of its material.
    """
    if pixel_um is not None:
        scale.checked(pixel_um)
    if path.suffix.lower() in MAPS:
        return _of_map(path, pixel_um, rules or Cleaning())
    if rules not in (None, Cleaning()):
        raise GraincastError(f"{path}: is a picture, expected a map of orientations for --misorientation and the like")
    return _of_picture(pictures.read(path), scale.of(path, pixel_um), kind, periodic, str(path))


def of_array(
    picture: NDArray, pixel_um: float | None = None, kind: str = "auto", periodic: bool = False, where: str = "array"
) -> Opened:
    """The grains of a picture in memory, grey or numbers [H, W] or colours [H, W, 3 or 4]."""
    return _of_picture(pictures.plain(picture, where), scale.given(pixel_um), kind, periodic, where)


def _of_picture(given: NDArray, lengths: Scale, kind: str, periodic: bool, where: str) -> Opened:
    found = specimen.read(given, kind, periodic, where)
    labels, specks = (found.labels, 0) if periodic else _without_specks(found.labels)
    shape = given[found.rows].shape[:2]  # grains may have been found on some rows and columns alone
    structure = Microstructure(resampled(labels, shape), lengths.per_pixel if lengths.unit == "um" else None)
    said = [f"read as {found.kind}: {structure.grains} grains"]
    if specks:
        said.append(f"{specks} specks of fewer than {specimen.SPECK} pixels went to the grains around them")
    if found.pixel > 1:
        said.append(f"grains were found on every {found.pixel:g}th row and column")
    blur = found.pixel if found.kind.startswith("labels") else DRAWN
    return Opened(structure, (*said, lengths.source, *found.warnings), blur)


def _without_specks(labels: NDArray[np.int32]) -> tuple[NDArray[np.int32], int]:
    """Grains of which none is a few pixels, and how many were."""
    size = np.bincount(labels.ravel())
    if size.min() >= specimen.SPECK:
        return labels, 0
    goes_to = absorbed(labels, np.arange(len(size)), size, specimen.SPECK, touching_inside)
    return consecutive(goes_to)[labels], int(np.sum(goes_to != np.arange(len(size))))


def _of_map(path: Path, pixel_um: float | None, rules: Cleaning) -> Opened:
    measured = formats.read(path, pixel_um)
    if isinstance(measured, GrainMap):
        found = cleaning.cleaned(measured, rules, str(path))
        said = [f"{found.grains} grains of a ready grain map", *_told(found, pixel_um)]
        return Opened(Microstructure(found.labels, _step(found, pixel_um)), tuple(said))
    found, cores = cleaning.of_orientations(measured, rules, str(path))
    means = mean_orientations.of_grains(found, cores)
    phases = tuple(found.phases[number].name for number in found.phase.tolist())
    structure = Microstructure(found.labels, _step(found, pixel_um), means.quaternions, phases)
    said = [f"{found.grains} grains of a map of orientations", *_told(found, pixel_um)]
    warnings = [*chained(found, means, cores.inside, rules.misorientation), *_heaps(found, cores.inside, rules)]
    return Opened(structure, (*said, *warnings))


def _step(found: Cleaned, pixel_um: float | None) -> float | None:
    return found.step if pixel_um is None else pixel_um


def _told(found: Cleaned, pixel_um: float | None) -> list[str]:
    """What reader and cleaning did, a sentence each."""
    said = [*found.decisions, *(f"{one.name}: {one.points} points" for one in found.steps if one.points)]
    step = _step(found, pixel_um)
    if step is not None:
        said.append(f"a point is {step:.4g} um, by {'the file' if pixel_um is None else 'what was given'}")
    return said


def chained(found: Cleaned, means: MeanOrientations, cores: NDArray[np.bool_], misorientation: float) -> list[str]:
    """A warning of each grain so large, and so bent, that it must be many: neighbours chained step by step."""
    share = np.bincount(found.labels.ravel()) / found.labels.size
    reach = _reach(found, cores)
    doubtful = np.flatnonzero((reach > CHAINED) & (means.spread > misorientation))
    return [
        f"WARNING: grain {grain + 1} covers {100 * share[grain]:.0f} % of the map and reaches over "
        f"{100 * reach[grain]:.0f} % of its side, its points {means.spread[grain]:.0f} degrees from its mean "
        f"orientation on average: a chain of neighbours, each less than {misorientation:g} degrees from the next; "
        f"try --misorientation {misorientation / 2:g}"
        for grain in doubtful.tolist()
    ]


def _heaps(found: Cleaned, cores: NDArray[np.bool_], rules: Cleaning) -> list[str]:
    """A warning of grains that are mostly specks which went to each other."""
    if rules.merge_twins:
        return []  # what is no core may be a twin
    points = np.bincount(found.labels.ravel())
    own = np.bincount(found.labels[cores], minlength=found.grains)
    heaps = 2 * own < points
    share = points[heaps].sum() / found.labels.size
    if share < NO_HEAP:
        return []
    return [
        f"WARNING: {heaps.sum()} grains, {100 * share:.0f} % of the map, are mostly specks and gaps and no crystals: "
        "leave out what is not to be trusted (--confidence, --phases)"
    ]


def _reach(found: Cleaned, cores: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How far the core of each grain [grains] reaches, over the side of the map."""
    boxes = ndimage.find_objects(np.where(cores, found.labels + 1, 0), found.grains)
    return np.array(
        [
            max((along.stop - along.start) / side for along, side in zip(box, found.labels.shape, strict=True))
            for box in boxes
        ]
    )
