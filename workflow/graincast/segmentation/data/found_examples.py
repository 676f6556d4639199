"""Some pictures as a way has segmented them, to be looked at.

An .npz archive of arrays `CASE/STEP/NUMBER/NAME`: `seen`, `truth` (grains, UNKNOWN where nobody knows), `found`
(grains), and, where the way has them, `chance` of a boundary and pictures of boundaries on the way, called as they
are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graincast.base.storage import array_names, read_arrays, write_arrays
from graincast.segmentation.data.known_pictures import GrainPicture
from graincast.segmentation.ways.given import FoundGrains

Place = tuple[str, int, int]  # case, step and number of a picture


@dataclass(frozen=True)
class Example:
    arrays: Mapping[str, NDArray]  # [rows, columns] or [rows, columns, 3], by what they show

    def stages(self) -> dict[str, NDArray]:
        """Pictures of boundaries on the way, by what they are called."""
        return {name: array for name, array in self.arrays.items() if name.startswith("pass ")}


def of(picture: GrainPicture, found: FoundGrains) -> Example:
    """One picture and what was found."""
    arrays: dict[str, NDArray] = {
        "seen": picture.seen().astype(np.float16),
        "truth": picture.labels,
        "found": found.labels,
    }
    if found.chance is not None:
        arrays["chance"] = found.chance.astype(np.float16)
    return Example({**arrays, **found.stages})


def write(path: Path, examples: Mapping[Place, Example]) -> None:
    """Write some examples."""
    write_arrays(
        path,
        {
            "/".join(map(str, (*place, name))): array
            for place, example in examples.items()
            for name, array in example.arrays.items()
        },
    )


def read(path: Path) -> dict[Place, Example]:
    """The examples of a file."""
    names = sorted(array_names(path))
    found: dict[Place, dict[str, NDArray]] = {}
    for name, array in read_arrays(path, tuple(names)).items():
        case, step, number, what = name.split("/", 3)
        found.setdefault((case, int(step), int(number)), {})[what] = array
    return {place: Example(arrays) for place, arrays in found.items()}
