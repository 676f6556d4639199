"""Oxford's .h5oina: {slice}/EBSD/Header and Data, an entry a point; radians, a square grid, phase 0 not indexed."""

import h5py

from graincast.material.measured.readers import assembly, ebsd_groups, hdf5, limits, symmetry
from graincast.material.measured.readers.assembly import DeclaredPhase, Points
from graincast.material.measured.scan import Scan


def slices(root: h5py.Group) -> list[str]:
    """Names of the groups of a file that hold a map in this layout."""
    return ebsd_groups.maps(root, "X Cells")


def read(root: h5py.Group) -> Scan:
    where, names = root.file.filename, slices(root)
    header, data = ebsd_groups.header_and_data(root, names[0])
    rows, columns = hdf5.whole(header, "Y Cells"), hdf5.whole(header, "X Cells")
    limits.check_grid(hdf5.place(header), "X Cells and Y Cells", rows, columns)
    points = rows * columns
    deviation = hdf5.optional_numbers(data, ("Mean Angular Deviation",), points)
    said = () if deviation is None else ("The confidence is minus the mean angular deviation in radians.",)
    return assembly.scan(
        Points(
            *(where, rows, columns, hdf5.number(header, "X Step"), hdf5.number(header, "Y Step")),
            euler=hdf5.numbers(data, "Euler", points, 3),
            unit="radians",
            phase=hdf5.numbers(data, "Phase", points),
            phases=_phases(header),
            confidence=None if deviation is None else -deviation.astype(float),
            quality=hdf5.optional_numbers(data, ("Band Contrast",), points),
            decisions=said + hdf5.only_first(where, names),
        )
    )


def _phases(header: h5py.Group) -> dict[int, DeclaredPhase]:
    found = {}
    for name, group in hdf5.groups(hdf5.subgroup(header, "Phases")):
        number = hdf5.number_of(group, name)
        laue = hdf5.whole(group, "Laue Group")
        found[number] = DeclaredPhase(
            hdf5.text(group, "Phase Name"), symmetry.of_laue_number(laue), f"Laue group {laue}"
        )
    return found
