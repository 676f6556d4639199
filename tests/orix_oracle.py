"""orix, which the library's orientations are compared with, imported without a cache of compiled code.

orix compiles for 20 seconds at its first import and keeps the result beside its own files. Two tests that do so at the
same time can leave a cache there that crashes every later import (numba issue 10128). Here its conversions stay plain
Python, of which none is used, and what it compiles nevertheless (products of quaternions) is kept in a folder of this
process alone. So an import takes 2 seconds, the first time and every other time.
"""

import tempfile
from functools import cache
from types import ModuleType
from typing import cast

from numba import config

_folder: tempfile.TemporaryDirectory | None = None  # as long as the process lives: functions are stored when first used


@cache
def orix() -> ModuleType:
    """The package, with what the tests need of it: `orix.quaternion`, `orix.crystal_map`."""
    global _folder
    _folder = tempfile.TemporaryDirectory(prefix="graincast-orix-")
    ours = {"DISABLE_JIT": True, "CACHE_DIR": _folder.name, "CACHE_LOCATOR_CLASSES": "UserProvidedCacheLocator"}
    theirs = {name: getattr(config, name) for name in ours}
    try:
        _set(ours)
        import orix
        from orix.crystal_map import Phase  # noqa: F401, orix imports its parts when they are first named
        from orix.quaternion import Orientation, Rotation
        from orix.vector import Vector3d

        _ = (~Orientation.identity(), Rotation.identity() * Vector3d.zvector())  # all that is compiled at first use
    finally:
        _set(theirs)
    return cast(ModuleType, orix)


def _set(values: dict[str, object]) -> None:
    for name, value in values.items():
        setattr(config, name, value)
