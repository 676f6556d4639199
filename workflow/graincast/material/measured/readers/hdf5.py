"""HDF5 files in bounded memory: nothing is followed out of the file, nothing is read before its size is known."""

from collections.abc import Iterator
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from graincast.base import packing
from graincast.base.errors import GraincastError
from graincast.material.measured.readers import limits

MOST_MEMBERS = 1000  # of a group
MOST_TEXTS = 1000
MOST_TEXT_BYTES = 10_000
MOST_COMPRESSION = 1100  # what deflate can do at best is about 1030
MOST_CHUNK_POINTS = 1 << 22  # of a dataset that is smaller
FILTER_BYTES = 64  # that a checksum or a filter's own head may add to a chunk
FILTERS = (h5py.h5z.FILTER_DEFLATE, h5py.h5z.FILTER_SHUFFLE, h5py.h5z.FILTER_FLETCHER32)


def child(group: h5py.Group, name: str) -> h5py.Group | h5py.Dataset | None:
    """A member that really stands in the group, or None; links to elsewhere are not followed."""
    if len(group) > MOST_MEMBERS or not isinstance(group.get(name, getlink=True), h5py.HardLink):
        return None
    found = group[name]
    return found if isinstance(found, h5py.Group | h5py.Dataset) else None


def groups(group: h5py.Group) -> Iterator[tuple[str, h5py.Group]]:
    """The groups in a group by name, in the order of their names."""
    if len(group) > MOST_MEMBERS:
        raise GraincastError(f"{place(group)}: has {len(group)} members, expected {MOST_MEMBERS} at most")
    for name in sorted(name for name in group if isinstance(name, str)):  # bytes where it is not UTF-8
        found = child(group, name)
        if isinstance(found, h5py.Group):
            yield name, found


def number_of(group: h5py.Group, name: str) -> int:
    """The number of a phase, which its group is called by."""
    if not (name.isascii() and name.isdigit() and len(name) < 6):
        raise GraincastError(f"{place(group)}: is called {name[:40]!r}, expected the number of a phase")
    return int(name)


def subgroup(group: h5py.Group, path: str) -> h5py.Group:
    """The group at a path below another."""
    for name in path.split("/"):
        found = child(group, name)
        if not isinstance(found, h5py.Group):
            raise GraincastError(f"{place(group)}: has no group '{name}'")
        group = found
    return group


def dataset(group: h5py.Group, name: str) -> h5py.Dataset:
    """A dataset that is safe to read: stored in this file, of a size that the file can hold."""
    found = child(group, name)
    if not isinstance(found, h5py.Dataset):
        raise GraincastError(f"{place(group)}: has no dataset '{name}'")
    if found.shape is None or found.size == 0:
        raise GraincastError(f"{place(found)}: is empty")
    if found.is_virtual or found.external:
        raise GraincastError(f"{place(found)}: lies in another file, expected its numbers in this one")
    return found


def numbers(group: h5py.Group, name: str, points: int, components: int = 1) -> NDArray:
    """A dataset of `components` numbers for each of `points`, as [points] or [points, components]."""
    found = dataset(group, name)
    if found.dtype.kind not in "iuf" or found.dtype.itemsize > 8:
        raise GraincastError(f"{place(found)}: holds {found.dtype}, expected numbers")
    if found.size != points * components or (components > 1 and found.shape[-1] != components):
        raise GraincastError(f"{place(found)}: has shape {found.shape}, expected {points} times {components} numbers")
    _check_stored(found)
    values = np.asarray(found[()])
    return values.reshape(points, components) if components > 1 else values.reshape(points)


def optional_numbers(group: h5py.Group, names: tuple[str, ...], points: int) -> NDArray | None:
    """The first dataset there is of the names, for each point; None if there is none."""
    present = [name for name in names if isinstance(child(group, name), h5py.Dataset)]
    return numbers(group, present[0], points) if present else None


def values(group: h5py.Group, name: str, most: int) -> NDArray:
    """A small dataset of numbers, flat."""
    found = dataset(group, name)
    if found.dtype.kind not in "iuf" or found.dtype.itemsize > 8 or found.size > most:
        raise GraincastError(f"{place(found)}: holds {found.shape} of {found.dtype}, expected {most} numbers at most")
    _check_stored(found)
    return np.asarray(found[()]).reshape(-1)


def number(group: h5py.Group, name: str) -> float:
    """A dataset of one finite number."""
    found = float(values(group, name, 1)[0])
    if not abs(found) < float("inf"):
        raise GraincastError(f"{place(group)}/{name}: is {found}, expected a number")
    return found


def whole(group: h5py.Group, name: str) -> int:
    """A dataset of one whole number."""
    found = number(group, name)
    if found != round(found) or abs(found) > 1e15:
        raise GraincastError(f"{place(group)}/{name}: is {found}, expected a whole number")
    return int(found)


def texts(group: h5py.Group, name: str) -> list[str]:
    """A dataset of short texts."""
    found = dataset(group, name)
    if found.dtype.kind not in "SO" or found.size > MOST_TEXTS or found.dtype.itemsize > MOST_TEXT_BYTES:
        raise GraincastError(f"{place(found)}: holds {found.shape} of {found.dtype}, expected texts")
    _check_packing(found)
    return [_text(found, index) for index in np.ndindex(found.shape)]


def text(group: h5py.Group, name: str) -> str:
    return texts(group, name)[0]


def place(found: h5py.Group | h5py.Dataset) -> str:
    """File and path in it, as errors name them."""
    return f"{found.file.filename}, {found.name}"


def only_first(where: str, names: list[str]) -> tuple[str, ...]:
    """The sentence that says which of several maps was read."""
    others = ", ".join(names[1:6])
    return (f"{Path(where).name} holds {len(names)} maps: '{names[0]}' is read, {others} not.",) if names[1:] else ()


def _check_stored(found: h5py.Dataset) -> None:
    """An error for numbers that unpack to more than they can come from: a bomb."""
    limits.check_points(place(found), "size", found.size // 4)
    claimed, stored = found.size * found.dtype.itemsize, found.id.get_storage_size()
    if claimed > MOST_COMPRESSION * max(stored, 1000):
        raise GraincastError(
            f"{place(found)}: claims {claimed} bytes, but {stored} are stored: it is damaged or a bomb"
        )
    _check_packing(found)


def _check_packing(found: h5py.Dataset) -> None:
    """An error for chunks that unpack to more than their place, which HDF5 would notice too late."""
    if found.chunks is None:
        return
    if np.prod(found.chunks, dtype=float) > max(4 * found.size, MOST_CHUNK_POINTS):
        raise GraincastError(f"{place(found)}: has chunks of {found.chunks}, expected fewer points than it has")
    gzipped = _is_gzipped(found)
    most = int(np.prod(found.chunks)) * found.dtype.itemsize + FILTER_BYTES
    chunks: list[h5py.h5d.StoreInfo] = []
    found.id.chunk_iter(chunks.append)
    for chunk in chunks:
        if chunk.size > MOST_COMPRESSION + 2 * most:
            raise GraincastError(
                f"{place(found)}: has a chunk of {chunk.size} bytes for {most}: it is damaged or a bomb"
            )
        raw = found.id.read_direct_chunk(chunk.chunk_offset)[1] if gzipped else b""
        if not packing.deflated_fits(raw, most):
            raise GraincastError(
                f"{place(found)}: has a chunk that unpacks to more than its {most} bytes: it is a bomb"
            )


def _is_gzipped(found: h5py.Dataset) -> bool:
    """Whether a dataset is packed by gzip; an error for what it may not be packed by, or twice."""
    layout = found.id.get_create_plist()
    filters = [layout.get_filter(number) for number in range(layout.get_nfilters())]
    codes = [code for code, *_ in filters]
    if len(set(codes)) < len(codes) or not set(codes) <= set(FILTERS):
        names = ", ".join(_plain(name) or str(code) for code, _, _, name in filters)[:200]
        raise GraincastError(f"{place(found)}: is packed by {names}, expected gzip, once: write it anew (h5repack)")
    return h5py.h5z.FILTER_DEFLATE in codes


def _text(found: h5py.Dataset, index: tuple[int, ...]) -> str:
    """One text of a dataset; all at once, those that share their place in the file would be as many copies of it."""
    value = found[index]
    if isinstance(value, bytes | str) and len(value) > MOST_TEXT_BYTES:
        raise GraincastError(f"{place(found)}: has a text of {len(value)} bytes, expected {MOST_TEXT_BYTES} at most")
    return _plain(value)


def _plain(value: object) -> str:
    content = value.decode("utf-8", errors="replace") if isinstance(value, bytes) else str(value)
    return content.rstrip("\0").strip()[:MOST_TEXT_BYTES]
