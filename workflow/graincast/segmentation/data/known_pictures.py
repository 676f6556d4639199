"""Pictures with their grains. A split, or a case, is a file of them.

An .npz archive with `count`, and of picture number i, under the name `i/...`:

    grey      float16 [rows, columns] or [rows, columns, 3]   without noise, 0..1
    labels    int32 [rows, columns]                           grains from 0 on; UNKNOWN where nobody knows
    variance  float64                                         of the noise with which it is seen
    number    int64                                           that its noise is drawn from
    step      int64                                           place on a dial; 0 on none
    name      str                                             of a measured one; empty of a drawn one

and, where a model has been over it, `i/guess` float16 [rows, columns]: how sure it is of a boundary, 0..1; and, where a
person has traced it, `i/traced` bool [rows, columns]: that person's lines, with their gaps.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graincast.base.errors import GraincastError
from graincast.base.storage import array_names, open_arrays, write_arrays
from graincast.segmentation.concepts import noise

UNKNOWN = -1  # as a grain
NAMES = ("grey", "labels", "variance", "number", "step", "name")


@dataclass(frozen=True)
class GrainPicture:
    grey: NDArray[np.float32]  # [rows, columns] or [rows, columns, 3] without noise, 0..1
    labels: NDArray[np.int32]  # [rows, columns]
    variance: float
    number: int
    step: int = 0
    name: str = ""
    guess: NDArray[np.float32] | None = None  # [rows, columns]
    traced: NDArray[np.bool_] | None = None  # [rows, columns]

    def seen(self) -> NDArray[np.float32]:
        """With its noise, always the same."""
        if self.variance == 0:
            return self.grey
        return noise.noisy(self.grey, self.variance, np.random.default_rng([self.number, 1]))


def luminance(seen: NDArray[np.float32]) -> NDArray[np.float32]:
    """The grey [rows, columns] of a picture, of Rec. 601 where it has colours."""
    weights = np.array([0.299, 0.587, 0.114], np.float32)
    return seen if seen.ndim == 2 else np.asarray(seen @ weights, np.float32)


def lines(labels: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Boundaries one pixel wide [..., rows, columns]: pixels whose right or lower neighbour is of another grain."""
    marked = np.zeros(labels.shape, bool)
    marked[..., :-1, :] |= labels[..., :-1, :] != labels[..., 1:, :]
    marked[..., :, :-1] |= labels[..., :, :-1] != labels[..., :, 1:]
    return marked


def write(path: Path, pictures: Iterable[GrainPicture]) -> None:
    """Write a split or a case."""
    arrays: dict[str, NDArray] = {}
    count = 0
    for count, picture in enumerate(pictures, start=1):
        values = {name: np.asarray(getattr(picture, name)) for name in NAMES}
        values["grey"] = picture.grey.astype(np.float16)
        if picture.guess is not None:
            values["guess"] = picture.guess.astype(np.float16)
        if picture.traced is not None:
            values["traced"] = picture.traced
        arrays |= {f"{count - 1}/{name}": value for name, value in values.items()}
    write_arrays(path, {"count": np.array(count), **arrays})


def read(path: Path) -> list[GrainPicture]:
    """The pictures of a file; perhaps none, of a case that cannot be had."""
    names = array_names(path)
    with open_arrays(path) as array:
        return [
            GrainPicture(
                array(f"{at}/grey").astype(np.float32),
                array(f"{at}/labels"),
                float(array(f"{at}/variance")),
                int(array(f"{at}/number")),
                int(array(f"{at}/step")),
                str(array(f"{at}/name")),
                array(f"{at}/guess").astype(np.float32) if f"{at}/guess" in names else None,
                array(f"{at}/traced") if f"{at}/traced" in names else None,
            )
            for at in range(int(array("count")))
        ]


def some(path: Path) -> list[GrainPicture]:
    """The same, one or more."""
    found = read(path)
    if not found:
        raise GraincastError(f"{path}: holds no picture, expected one or more")
    return found
