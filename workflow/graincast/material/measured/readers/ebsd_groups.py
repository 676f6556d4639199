"""What EDAX's and Oxford's HDF5 layouts share: maps in groups {map}/EBSD with a Header and Data beside each other."""

import h5py

from graincast.material.measured.readers import hdf5


def maps(root: h5py.Group, mark: str) -> list[str]:
    """Names of the groups of a file that hold a map whose header has the member `mark`."""
    return [name for name, group in hdf5.groups(root) if _is_marked(group, mark)]


def header_and_data(root: h5py.Group, name: str) -> tuple[h5py.Group, h5py.Group]:
    """The two groups of a map."""
    return hdf5.subgroup(root, f"{name}/EBSD/Header"), hdf5.subgroup(root, f"{name}/EBSD/Data")


def _is_marked(group: h5py.Group, mark: str) -> bool:
    for name in ("EBSD", "Header"):
        found = hdf5.child(group, name)
        if not isinstance(found, h5py.Group):
            return False
        group = found
    return hdf5.child(group, mark) is not None
