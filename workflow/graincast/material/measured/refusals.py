"""What cleaning cannot work with, each said in one line that names the map and the column of its row."""

import numpy as np
from numpy.typing import NDArray

from graincast.base.errors import GraincastError
from graincast.material.measured.map_rows import Cleaning
from graincast.material.measured.readers.limits import MOST_POINTS
from graincast.material.measured.scan import NOT_INDEXED, GrainMap, Scan


def check_map(measured: Scan | GrainMap, rules: Cleaning, where: str) -> None:
    """What can be said before anything is done."""
    shape = measured.labels.shape if isinstance(measured, GrainMap) else measured.phase.shape
    if len(shape) != 2 or min(shape) < 1 or shape[0] * shape[1] > MOST_POINTS:
        raise GraincastError(f"{where}: the map is {shape}, expected rows and columns of 1 to {MOST_POINTS} points")
    if not 0 < rules.misorientation < 90:
        raise GraincastError(f"{where}: key 'misorientation' is {rules.misorientation}, expected degrees, 0 to 90")
    check_twins(measured, rules, where)
    if isinstance(measured, GrainMap):
        _check_ready(rules, where)
    if rules.smallest < 1:
        raise GraincastError(f"{where}: key 'smallest' is {rules.smallest}, expected 1 or more points")
    if measured.step is not None and not 0 < measured.step < np.inf:
        raise GraincastError(f"{where}: the step is {measured.step}, expected micrometres above 0")


def _check_ready(rules: Cleaning, where: str) -> None:
    """Nothing is said of grains that are ready which only orientations could tell."""
    empty = Cleaning()
    for key in ("phases", "confidence", "misorientation", "merge_twins"):
        if getattr(rules, key) != getattr(empty, key):
            raise GraincastError(
                f"{where}: key '{key}' is {getattr(rules, key)}, but the file holds grains without orientations: "
                "leave it empty"
            )


def check_indexed(scan: Scan, phase: NDArray[np.int16], where: str) -> None:
    """What can be said once it is known which points count."""
    indexed = phase != NOT_INDEXED
    if not indexed.any():
        raise GraincastError(f"{where}: no point is indexed, or none after 'crop', 'phases' and 'confidence'")
    lost = np.sum(~np.isfinite(scan.euler).all(axis=-1) & indexed)
    if lost:
        raise GraincastError(f"{where}: {lost} indexed points have Euler angles that are not finite")


def check_grains(labels: NDArray[np.int32], rules: Cleaning, where: str) -> None:
    """Growth needs two grains."""
    if labels.max() == 0:
        merging = "; do not merge its twins (key 'merge_twins')" if rules.merge_twins else ""
        raise GraincastError(
            f"{where}: one single grain is left: lower 'misorientation' ({rules.misorientation}) "
            f"or 'smallest' ({rules.smallest}){merging}"
        )


def check_phases(scan: Scan, rules: Cleaning, where: str) -> None:
    """Phases that the rules keep are there."""
    known = ", ".join(f"{number} ({phase.name})" for number, phase in sorted(scan.phases.items()))
    for number in rules.phases:
        if number not in scan.phases:
            raise GraincastError(f"{where}: key 'phases' names {number}, but the map has {known or 'none'}")


def check_twins(measured: Scan | GrainMap, rules: Cleaning, where: str) -> None:
    """Phases of which the rules merge the twins are there."""
    if isinstance(rules.merge_twins, bool):
        return
    known = [] if isinstance(measured, GrainMap) else [phase.name for phase in measured.phases.values()]
    for name in rules.merge_twins:
        if name not in known:
            phases = ", ".join(f"'{one}'" for one in known) or "none"
            raise GraincastError(f"{where}: key 'merge_twins' names the phase '{name}', but the map has {phases}")


def window(shape: tuple[int, ...], rules: Cleaning, where: str) -> tuple[slice, slice]:
    """Rows and columns that the rules keep."""
    if rules.crop is None:
        return slice(None), slice(None)
    crop = rules.crop
    if not (0 <= crop.top < crop.bottom <= shape[0] and 0 <= crop.left < crop.right <= shape[1]):
        raise GraincastError(
            f"{where}: key 'crop' is rows {crop.top} to {crop.bottom} and columns {crop.left} to {crop.right}, "
            f"but the map has {shape[0]} rows and {shape[1]} columns"
        )
    return slice(crop.top, crop.bottom), slice(crop.left, crop.right)
