"""One measured file, whatever its format, as orientations or as ready grains.

The format is told by the suffix and, within HDF5, by the names of the groups. A file is judged before it is read: what
cannot be a map, or is too large for one, is an error that names the file and the field, in bounded memory and time.
"""

from pathlib import Path

import h5py

from graincast.base.errors import GraincastError
from graincast.material.measured.readers import ang, ctf, dream3d, edax_hdf5, h5oina, hdf5, labels, orix_hdf5, oxford
from graincast.material.measured.scan import GrainMap, Scan

ORIENTATIONS = {".ang": ang.read, ".ctf": ctf.read, ".cpr": oxford.read, ".crc": oxford.read}
HDF5 = (".h5", ".hdf5", ".h5oina", ".oh5", ".dream3d")
LABELS = (".png", ".tif", ".tiff", ".npy")
HDF5_MAGIC = b"\x89HDF\r\n\x1a\n"
MOST_BYTES = 4_000_000_000


def read(path: Path, step: float | None = None) -> Scan | GrainMap:
    """The map of a file; `step`, in micrometres, is for files that do not say."""
    _check_file(path)
    suffix = path.suffix.lower()
    try:
        if suffix in ORIENTATIONS:
            return ORIENTATIONS[suffix](path)
        if suffix in HDF5:
            return _read_hdf5(path, step)
        if suffix in LABELS:
            return labels.read(path, step)
    except GraincastError:
        raise
    except MemoryError as error:
        raise GraincastError(f"{path}: needs more memory than there is") from error
    except Exception as error:  # the libraries of the formats raise anything; the user needs the file
        reason = " ".join(str(error).split())[:200]
        raise GraincastError(f"{path}: is truncated or damaged ({type(error).__name__}: {reason})") from error
    known = ", ".join((*ORIENTATIONS, *HDF5, *LABELS))
    raise GraincastError(f"{path}: has the suffix {suffix!r}, expected one of {known}")


def _check_file(path: Path) -> None:
    if not path.is_file():
        raise GraincastError(f"{path}: is {'a folder' if path.is_dir() else 'not there'}, expected a measured map")
    size = path.stat().st_size
    if size == 0:
        raise GraincastError(f"{path}: is empty, expected a measured map")
    if size > MOST_BYTES:
        raise GraincastError(f"{path}: has {size} bytes, expected {MOST_BYTES} at most")


def _read_hdf5(path: Path, step: float | None) -> Scan | GrainMap:
    with open(path, "rb") as stream:
        if stream.read(len(HDF5_MAGIC)) != HDF5_MAGIC:
            raise GraincastError(f"{path}: does not begin as HDF5 files do, expected one")
    with h5py.File(path, "r") as root:
        if hdf5.child(root, "crystal_map") is not None:
            return orix_hdf5.read(root, step)
        if hdf5.child(root, "DataContainers") is not None:
            return dream3d.read(root)
        if h5oina.slices(root):
            return h5oina.read(root)
        if edax_hdf5.scans(root):
            return edax_hdf5.read(root)
        found = ", ".join(name for name, _ in hdf5.groups(root))[:200] or "none"
    raise GraincastError(f"{path}: has the groups {found}, expected the layout of EDAX, Oxford, DREAM.3D or orix")
