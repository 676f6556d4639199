"""Grain maps of one measured map by who made them, as a file: to be looked at.

An .npz archive with `names` and, under each one's number, its grain map; `left_out` says why there are none.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graincast.base.storage import open_arrays, write_arrays


def write(path: Path, pictures: Mapping[str, NDArray[np.int32]], left_out: str) -> None:
    """Write grain maps by name, and why there are none."""
    arrays = {str(number): labels for number, labels in enumerate(pictures.values())}
    write_arrays(path, {"names": np.array(list(pictures), np.str_), "left_out": np.array(left_out), **arrays})


def read(path: Path) -> tuple[dict[str, NDArray[np.int32]], str]:
    """Grain maps by name, and why there are none."""
    with open_arrays(path) as array:
        names = array("names").tolist()
        return {name: array(str(number)) for number, name in enumerate(names)}, str(array("left_out"))
