"""DREAM.3D's files: DataContainers/{image}/{matrix of points, matrix of phases}; radians, one section.

Phase 0 is not indexed, nor is what EDAX gave a confidence index below 0.
A file without Euler angles but with FeatureIds is a ready grain map.
"""

import h5py

from graincast.base.errors import GraincastError
from graincast.material.measured.readers import assembly, hdf5, labels, limits, symmetry
from graincast.material.measured.readers.assembly import DeclaredPhase, Points
from graincast.material.measured.scan import GrainMap, Scan

EULER = ("EulerAngles", "Eulers")
CONFIDENCE = ("Confidence Index",)
QUALITY = ("Image Quality", "Band Contrast", "BC")


def read(root: h5py.Group) -> Scan | GrainMap:
    where, containers = root.file.filename, hdf5.subgroup(root, "DataContainers")
    for arrays, give in ((EULER, _scan), (("FeatureIds",), _grains)):
        found = [
            (name, group, matrix) for name, group in hdf5.groups(containers) for matrix in _matrices(group, arrays)
        ]
        if found:
            _, container, matrix = found[0]
            return give(container, matrix, hdf5.only_first(where, [name for name, _, _ in found]))
    raise GraincastError(f"{where}, DataContainers: has neither EulerAngles nor FeatureIds, expected a section")


def _matrices(container: h5py.Group, arrays: tuple[str, ...]) -> list[h5py.Group]:
    """The matrices of a container that hold one of the arrays."""
    return [group for _, group in hdf5.groups(container) if any(hdf5.child(group, name) is not None for name in arrays)]


def _scan(container: h5py.Group, matrix: h5py.Group, decisions: tuple[str, ...]) -> Scan:
    rows, columns, step_x, step_y = _geometry(container)
    points = rows * columns
    euler = next(name for name in EULER if hdf5.child(matrix, name) is not None)
    confidence = hdf5.optional_numbers(matrix, CONFIDENCE, points)
    phase, said = assembly.without_solution(hdf5.numbers(matrix, "Phases", points), confidence)
    return assembly.scan(
        Points(
            *(container.file.filename, rows, columns, step_x, step_y),
            euler=hdf5.numbers(matrix, euler, points, 3),
            unit="radians",
            phase=phase,
            phases=_phases(container),
            confidence=confidence,
            quality=hdf5.optional_numbers(matrix, QUALITY, points),
            decisions=("SPACING is taken as micrometres.", *said, *decisions),
        )
    )


def _grains(container: h5py.Group, matrix: h5py.Group, decisions: tuple[str, ...]) -> GrainMap:
    rows, columns, step_x, step_y = _geometry(container)
    where = container.file.filename
    step = assembly.square_step(where, step_x, step_y)
    features = hdf5.numbers(matrix, "FeatureIds", rows * columns).reshape(rows, columns)
    found = labels.numbered(where, features, step)
    return GrainMap(found.labels, step, ("SPACING is taken as micrometres.", *decisions))


def _geometry(container: h5py.Group) -> tuple[int, int, float, float]:
    """Rows, columns and steps of a section."""
    geometry = hdf5.subgroup(container, "_SIMPL_GEOMETRY")
    size, spacing = hdf5.values(geometry, "DIMENSIONS", 3), hdf5.values(geometry, "SPACING", 3)
    if len(size) != 3 or len(spacing) != 3 or size.dtype.kind == "f" or int(size[2]) != 1:
        raise GraincastError(f"{hdf5.place(geometry)}/DIMENSIONS: {size.tolist()}, expected columns, rows and 1")
    columns, rows = int(size[0]), int(size[1])
    limits.check_grid(hdf5.place(geometry), "DIMENSIONS", rows, columns)
    return rows, columns, float(spacing[0]), float(spacing[1])


def _phases(container: h5py.Group) -> dict[int, DeclaredPhase]:
    """Phases by number; the first entry stands for points without one."""
    tables = _matrices(container, ("CrystalStructures",))
    if not tables:
        raise GraincastError(f"{hdf5.place(container)}: has no CrystalStructures, expected a matrix of phases")
    codes = hdf5.values(tables[0], "CrystalStructures", limits.MOST_PHASES)
    known = hdf5.child(tables[0], "MaterialName") is not None
    names = hdf5.texts(tables[0], "MaterialName") if known else []
    return {
        number: DeclaredPhase(
            names[number] if number < len(names) else f"phase {number}",
            symmetry.of_dream3d(int(code)),
            f"crystal structure {code}",
        )
        for number, code in enumerate(codes)
    }
