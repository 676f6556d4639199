"""Where compiled kernels are kept: a cache that knows all the source a kernel is made of.

Numba inlines what a kernel calls, but its own cache looks only at the file that the kernel stands in. Here a compiled
kernel is stored under the digest of its file and of all that this file imports, in the user's cache folder. So an edit
anywhere compiles anew, and copies of the project share their kernels.
"""

import os
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import numba
from numba.core import caching

from graincast.base import sources


def compiled(function: Any) -> Any:
    """`function` compiled at its first call, or taken from the cache."""
    return numba.njit(cache=True, error_model="numpy")(function)


class KernelCache(caching._CacheLocator):
    """Where numba stores the kernels of one source file."""

    def __init__(self, py_func: Any, py_file: str) -> None:
        self._line = py_func.__code__.co_firstlineno
        self._digest = _digest_of(py_file)
        self._folder = _writable_folder() / self._digest[:16]

    @classmethod
    def from_function(cls, py_func: Any, py_file: str) -> "KernelCache | None":
        """The cache of a kernel of this library; None leaves other functions to numba's own."""
        if not Path(py_file).is_relative_to(sources.LIBRARY):
            return None
        cache = cls(py_func, py_file)
        cache.ensure_cache_path()
        return cache

    def get_cache_path(self) -> str:
        return str(self._folder)

    def get_source_stamp(self) -> str:
        return self._digest

    def get_disambiguator(self) -> str:
        return str(self._line)


@cache
def _digest_of(py_file: str) -> str:
    return sources.digest(sources.source_files(Path(py_file)))


@cache
def _writable_folder() -> Path:
    """The user's cache folder, or a temporary one where that cannot be written."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "graincast" / "kernels"
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError:
        home = Path(tempfile.gettempdir()) / f"graincast-kernels-{os.getuid()}"
    return home if os.access(home, os.W_OK) or not home.exists() else Path(tempfile.mkdtemp())


# the first that knows a function keeps it: ours for the library, numba's own for all others
numba.config.CACHE_LOCATOR_CLASSES = f"{__name__}.KernelCache,InTreeCacheLocator,UserWideCacheLocator"  # type: ignore[attr-defined]
