"""EDAX's OIM HDF5: {scan}/EBSD/Header and Data, an entry a point; radians, square or hexagonal grid."""

from collections.abc import Mapping

import h5py
import numpy as np
from numpy.typing import NDArray

from graincast.base.errors import GraincastError
from graincast.material.measured.readers import assembly, ebsd_groups, hdf5, hexagonal, limits, symmetry
from graincast.material.measured.readers.assembly import DeclaredPhase, Points
from graincast.material.measured.scan import Scan


def scans(root: h5py.Group) -> list[str]:
    """Names of the groups of a file that hold a map in this layout."""
    return ebsd_groups.maps(root, "nColumns")


def read(root: h5py.Group) -> Scan:
    where, names = root.file.filename, scans(root)
    header, data = ebsd_groups.header_and_data(root, names[0])
    kind = hdf5.text(header, "Grid Type").lower()
    if kind not in ("sqrgrid", "hexgrid"):
        raise GraincastError(f"{hdf5.place(header)}/Grid Type: {kind[:80]!r}, expected SqrGrid or HexGrid")
    rows, columns = hdf5.whole(header, "nRows"), hdf5.whole(header, "nColumns")
    step_x, step_y = hdf5.number(header, "Step X"), hdf5.number(header, "Step Y")
    limits.check_grid(hdf5.place(header), "nRows and nColumns", rows, columns)
    even = columns
    if kind == "hexgrid":
        even = _even(data, rows, columns)
        hexagonal.check(where, columns, even, step_x, step_y)
    points = hexagonal.points(rows, columns, even)
    euler = np.stack([hdf5.numbers(data, name, points) for name in ("Phi1", "Phi", "Phi2")], axis=1)
    phases = _phases(header)
    phase, decisions = assembly.one_phase_is_never_zero(hdf5.numbers(data, "Phase", points), phases)
    confidence, quality = (hdf5.optional_numbers(data, (name,), points) for name in ("CI", "IQ"))
    phase, said = assembly.without_solution(phase, confidence)
    decisions += said + hdf5.only_first(where, names)
    if kind == "hexgrid":
        near = hexagonal.nearest(rows, columns, even, step_y / step_x)
        (rows, columns), step_y = near.shape, step_x
        euler, phase = euler[near.ravel()], phase[near.ravel()]
        confidence, quality = (_taken(values, near) for values in (confidence, quality))
        decisions += ("The hexagonal grid is brought to a square one of the same step by nearest neighbour.",)
    return assembly.scan(
        Points(
            *(where, rows, columns, step_x, step_y, euler, "radians", phase, phases, confidence, quality),
            decisions=decisions,
        )
    )


def _even(data: h5py.Group, rows: int, odd: int) -> int:
    """Length of the second row of a hexagonal grid, from the number of points there are."""
    stored = hdf5.dataset(data, "Phase").size
    return odd if stored == hexagonal.points(rows, odd, odd) else odd - 1


def _taken(values: NDArray | None, near: NDArray[np.int64]) -> NDArray | None:
    return None if values is None else values[near.ravel()]


def _phases(header: h5py.Group) -> Mapping[int, DeclaredPhase]:
    found = {}
    for name, group in hdf5.groups(hdf5.subgroup(header, "Phase")):
        number = hdf5.number_of(group, name)
        said = _symmetry(group)
        found[number] = DeclaredPhase(hdf5.text(group, "MaterialName"), symmetry.of_tsl(said), said)
    return found


def _symmetry(group: h5py.Group) -> str:
    """EDAX's code, a number in some versions and a text in others."""
    if hdf5.dataset(group, "Symmetry").dtype.kind in "iuf":
        return str(hdf5.whole(group, "Symmetry"))
    return hdf5.text(group, "Symmetry")
