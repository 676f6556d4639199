"""orix's own HDF5: crystal_map/data, an entry a point, and crystal_map/header; radians, phase -1 not indexed.

Its phases may be numbered from 0 on; then all numbers are one higher here, where 0 means not indexed.
"""

import h5py
import numpy as np
from numpy.typing import NDArray

from graincast.base.errors import GraincastError
from graincast.material.measured.readers import assembly, hdf5, limits, symmetry, text
from graincast.material.measured.readers.assembly import DeclaredPhase, Points
from graincast.material.measured.scan import Scan

MICROMETRES = {"um": 1.0, "µm": 1.0, "μm": 1.0, "nm": 1e-3, "mm": 1e3}  # two letters look like a mu
CONFIDENCE = ("ci", "CI", "dp", "scores", "confidence_index")
QUALITY = ("iq", "IQ", "BC", "bc", "image_quality", "band_contrast")


def read(root: h5py.Group, step: float | None) -> Scan:
    where = root.file.filename
    data, header = hdf5.subgroup(root, "crystal_map/data"), hdf5.subgroup(root, "crystal_map/header")
    points = hdf5.dataset(data, "phase_id").size
    limits.check_points(where, "phase_id", points)
    step_x, step_y = hdf5.number(header, "x_step"), hdf5.number(header, "y_step")
    columns = _columns(data, points, step_x)
    if points % columns:
        raise GraincastError(f"{where}, x: rows of {columns} do not make {points} points, expected a rectangle")
    _check_order(data, points, columns, step_x, step_y)
    micrometres, decisions = _scale(header, step, step_x)
    phase = hdf5.numbers(data, "phase_id", points).astype(np.int64)
    phases = _phases(header)
    if 0 in phases:
        phases = {number + 1: declared for number, declared in phases.items()}
        phase = np.where(phase >= 0, phase + 1, 0)
        decisions += ("Phases are numbered from 0 on: their numbers are one higher here.",)
    there = hdf5.optional_numbers(data, ("is_in_data",), points) if _is_numeric(data, "is_in_data") else None
    phase = phase if there is None else np.where(there != 0, phase, 0)
    return assembly.scan(
        Points(
            *(where, points // columns, columns, step_x * micrometres, step_y * micrometres),
            euler=np.stack([_first(data, name, points) for name in ("phi1", "Phi", "phi2")], axis=1),
            unit="radians",
            phase=phase,
            phases=phases,
            confidence=_optional(data, CONFIDENCE, points),
            quality=_optional(data, QUALITY, points),
            decisions=decisions,
        )
    )


def _first(data: h5py.Group, name: str, points: int) -> NDArray:
    """The best orientation of each point, where there are several."""
    each = max(1, hdf5.dataset(data, name).size // points)
    values = hdf5.numbers(data, name, points, each)
    return values[:, 0] if each > 1 else values


def _optional(data: h5py.Group, names: tuple[str, ...], points: int) -> NDArray | None:
    """The first property there is of the names, if it has one number a point."""
    for name in names:
        found = hdf5.child(data, name)
        if isinstance(found, h5py.Dataset) and found.size == points and found.dtype.kind in "iuf":
            return hdf5.numbers(data, name, points)
    return None


def _is_numeric(data: h5py.Group, name: str) -> bool:
    found = hdf5.child(data, name)
    return isinstance(found, h5py.Dataset) and found.dtype.kind in "iuf"


def _columns(data: h5py.Group, points: int, step_x: float) -> int:
    """Length of a row: how many points come before x starts again."""
    x = hdf5.numbers(data, "x", points).astype(float)
    if not step_x > 0 or not np.isfinite(x).all():
        raise GraincastError(f"{hdf5.place(data)}/x: has no step or no finite positions, expected a map of two axes")
    back = np.flatnonzero(np.diff(x) < 0)
    return int(back[0]) + 1 if len(back) else points


def _check_order(data: h5py.Group, points: int, columns: int, step_x: float, step_y: float) -> None:
    row, along = np.divmod(np.arange(points), columns)
    where = hdf5.place(data)
    text.check_positions(where, hdf5.numbers(data, "x", points).astype(float), along, step_x, "x")
    text.check_positions(where, hdf5.numbers(data, "y", points).astype(float), row, step_y, "y")


def _scale(header: h5py.Group, step: float | None, step_x: float) -> tuple[float, tuple[str, ...]]:
    """Micrometres of the file's unit of length, and what was decided."""
    unit = hdf5.text(header, "scan_unit")
    if unit in MICROMETRES:
        return MICROMETRES[unit], ()
    if step is None:
        raise GraincastError(f"{hdf5.place(header)}/scan_unit: {unit[:40]!r}, expected a length: say the map's step")
    return step / step_x, (f"The unit of length is {unit[:40]!r}: the step is {step:.6g} um, as the table says.",)


def _phases(header: h5py.Group) -> dict[int, DeclaredPhase]:
    found = {}
    for name, group in hdf5.groups(hdf5.subgroup(header, "phases")):
        if name == "-1":
            continue
        number = hdf5.number_of(group, name)
        said = hdf5.text(group, "point_group")
        found[number] = DeclaredPhase(hdf5.text(group, "name"), symmetry.of_symbol(said), said)
    return found
