"""From what a file says, point by point, to a sound `Scan`: the checks that all formats share."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graincast.base.errors import GraincastError
from graincast.material.measured.readers import limits
from graincast.material.measured.readers.angles import in_radians
from graincast.material.measured.scan import NOT_INDEXED, Phase, Scan

MOST_PHASE_NUMBER = 1000
SAME_STEP = 0.01  # relative difference of the two steps of a square grid


@dataclass(frozen=True)
class DeclaredPhase:
    name: str
    point_group: str | None  # None: the file does not say, or says nothing that is known
    said: str  # what the file says, for errors


@dataclass(frozen=True)
class Points:
    """What a file says of its points, row by row of a square grid."""

    where: str
    rows: int
    columns: int
    step_x: float
    step_y: float
    euler: NDArray[np.floating]  # [n, 3]
    unit: str  # of the angles, as the format says
    phase: NDArray  # [n], NOT_INDEXED or below, or a number of `phases`
    phases: Mapping[int, DeclaredPhase]
    confidence: NDArray | None  # [n]
    quality: NDArray | None  # [n]
    decisions: tuple[str, ...]


def scan(points: Points) -> Scan:
    """The points as a map, or an error that names what is wrong with them."""
    limits.check_grid(points.where, "grid", points.rows, points.columns)
    shape = points.rows, points.columns
    phase = whole_phases(points.where, points.phase)
    indexed = phase != NOT_INDEXED
    if not indexed.any():
        raise GraincastError(f"{points.where}, phase: no point of {phase.size} is indexed, expected orientations")
    phases = _used_phases(points, phase)
    euler, unit = in_radians(points.where, points.euler, indexed, points.unit)
    filled = [
        _finite(values, name) for values, name in ((points.confidence, "confidence"), (points.quality, "quality"))
    ]
    (confidence, said), (quality, also_said) = filled
    return Scan(
        euler=euler.reshape(*shape, 3),
        phase=phase.reshape(shape),
        phases=phases,
        step=square_step(points.where, points.step_x, points.step_y),
        confidence=None if confidence is None else confidence.reshape(shape),
        quality=None if quality is None else quality.reshape(shape),
        decisions=(unit, *points.decisions, *said, *also_said),
    )


def whole_phases(where: str, phase: NDArray) -> NDArray[np.int16]:
    """Numbers of phases as int16; what is below 1 is not indexed."""
    if phase.dtype.kind == "f" and (not np.isfinite(phase).all() or (phase != np.rint(phase)).any()):
        raise GraincastError(f"{where}, phase: holds numbers that are not whole, expected numbers of phases")
    if int(phase.max()) > MOST_PHASE_NUMBER or int(phase.min()) < -MOST_PHASE_NUMBER:
        raise GraincastError(f"{where}, phase: {int(phase.max())}, expected {MOST_PHASE_NUMBER} at most")
    return np.asarray(np.maximum(phase, NOT_INDEXED), np.int16)


def square_step(where: str, step_x: float, step_y: float) -> float:
    """The one step of a square grid, micrometres."""
    for name, step in (("x", step_x), ("y", step_y)):
        if not 1e-6 <= step <= 1e6:
            raise GraincastError(f"{where}, step in {name}: {step:.6g} um, expected micrometres from 1e-6 to 1e6")
    if abs(step_x - step_y) > SAME_STEP * step_x:
        raise GraincastError(
            f"{where}, steps: {step_x:.6g} um in x and {step_y:.6g} um in y, expected square points: resample the map"
        )
    return step_x


def without_solution(phase: NDArray, confidence: NDArray | None) -> tuple[NDArray, tuple[str, ...]]:
    """Phases where EDAX's confidence below 0, which marks a point without a solution, is not indexed."""
    lost = np.zeros(phase.shape, dtype=bool) if confidence is None else confidence < 0
    said = (f"{int(lost.sum())} points with a confidence below 0 are not indexed.",) if lost.any() else ()
    return np.where(lost, NOT_INDEXED, phase), said


def one_phase_is_never_zero(phase: NDArray, phases: Mapping[int, DeclaredPhase]) -> tuple[NDArray, tuple[str, ...]]:
    """EDAX numbers the phase of a map with one phase 0 at every point: give it its number, and say so."""
    if len(phases) != 1 or (phase != 0).any():
        return phase, ()
    (number,) = phases
    return np.full_like(phase, number), (f"All points have phase 0: taken as phase {number}, the only one.",)


def numbered_from_one(
    phase: NDArray, phases: dict[int, DeclaredPhase]
) -> tuple[NDArray, dict[int, DeclaredPhase], tuple[str, ...]]:
    """Some exporters number phases from 0 on: one more each, since 0 is what is not indexed here."""
    if NOT_INDEXED not in phases:
        return phase, phases, ()
    said = "Phases are numbered from 0 in the file: each has one more here, and what is below 0 is not indexed."
    return phase + 1, {number + 1: one for number, one in phases.items()}, (said,)


def _used_phases(points: Points, phase: NDArray[np.int16]) -> dict[int, Phase]:
    """The phases that points have, with their point groups."""
    used = [int(number) for number in np.unique(phase) if number != NOT_INDEXED]
    for number in used:
        if number not in points.phases:
            known = ", ".join(str(each) for each in sorted(points.phases)[:20]) or "none"
            raise GraincastError(f"{points.where}, phase: points have phase {number}, the header has {known}")
        if points.phases[number].point_group is None:
            said = points.phases[number].said[:80]
            raise GraincastError(
                f"{points.where}, symmetry of phase {number}: {said!r}, expected a known crystal class"
            )
    return {number: Phase(points.phases[number].name, str(points.phases[number].point_group)) for number in used}


def _finite(values: NDArray | None, name: str) -> tuple[NDArray[np.float32] | None, tuple[str, ...]]:
    """Values as float32; the smallest where there is none, and the sentence that says so."""
    if values is None:
        return None, ()
    wide = np.finfo(np.float32)
    bad = ~np.isfinite(values) if values.dtype.kind == "f" else np.zeros(values.shape, dtype=bool)
    if not bad.any():
        return np.clip(values, wide.min, wide.max).astype(np.float32), ()
    if bad.all():
        return None, (f"No point has a {name}: left out.",)
    filled = np.where(bad, values[~bad].min(), values)
    said = f"{int(bad.sum())} points without a {name} have the smallest one."
    return np.clip(filled, wide.min, wide.max).astype(np.float32), (said,)
