"""Files on disk: complete under their final name or not there at all, and checked when read.

Every writer fills a temporary file beside the target and renames it. Two processes that write the same target
(a job and its ghost on a lost node) do not disturb each other: the last rename wins, and both hold the same content.
"""

import os
import socket
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graincast.base.errors import GraincastError

STALE_SECONDS = 24 * 3600


@contextmanager
def written(path: Path) -> Iterator[Path]:
    """A temporary path to fill; it becomes `path` when the block ends well and vanishes when it does not."""
    path = Path(path)
    partial = path.with_name(f".{path.name}.{socket.gethostname()}-{os.getpid()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep_stale(path)
        yield partial
        with open(partial, "rb+") as stream:
            os.fsync(stream.fileno())
        partial.replace(path)
    except OSError as error:
        raise GraincastError(f"{path}: cannot be written: {error.strerror or error}") from error
    finally:
        partial.unlink(missing_ok=True)


def made_folder(folder: Path) -> Path:
    """The folder, which is there now: better said before the work than after it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise GraincastError(f"{folder}: cannot be made: {error.strerror}") from error
    return folder


def write_text(path: Path, text: str) -> None:
    """Write `text` to `path`, whole or not at all."""
    with written(path) as partial:
        partial.write_text(text)


def write_arrays(path: Path, arrays: Mapping[str, NDArray]) -> None:
    """Write named arrays as one compressed .npz; its members carry checksums. Fast rather than smallest."""
    with written(path) as partial, zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as stream:
                np.lib.format.write_array(stream, np.asanyarray(array), allow_pickle=False)


def read_arrays(path: Path, names: tuple[str, ...]) -> dict[str, NDArray]:
    """The named arrays of the .npz at `path`, and only those; nothing is unpickled."""
    with open_arrays(path) as array:
        return {name: array(name) for name in names}


def array_names(path: Path) -> frozenset[str]:
    """Names of the arrays of the .npz at `path`."""
    with _opened(path) as archive:
        return frozenset(archive.files)


@contextmanager
def open_arrays(path: Path) -> Iterator[Callable[[str], NDArray]]:
    """A function that reads one array of the .npz at `path` by its name; nothing is unpickled."""
    with _opened(path) as archive:
        known = set(archive.files)

        def array(name: str) -> NDArray:
            if name not in known:
                some = ", ".join(archive.files[:12])
                raise GraincastError(f"{path}: has no array '{name}' (it holds {some}{' ...' * (len(known) > 12)})")
            return np.asarray(archive[name])

        yield array


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """The archive at `path`; damage, found now or while it is read, is an error of one line."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            yield archive
    except OSError as error:
        raise GraincastError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (ValueError, EOFError, zipfile.BadZipFile, zlib.error, KeyError, NotImplementedError) as error:
        raise GraincastError(
            f"{path}: is truncated or damaged ({type(error).__name__}): delete it and run again to make it anew"
        ) from error


def _sweep_stale(path: Path) -> None:
    """Remove temporaries of `path` that a killed process left behind a day or more ago."""
    for left in path.parent.glob(f".{path.name}.*.partial"):
        try:
            if time.time() - left.stat().st_mtime > STALE_SECONDS:
                left.unlink()
        except FileNotFoundError:
            continue
