"""Micrographs whose boundaries a person has traced: of each field, pictures and masks of the same names.

A mask is light on boundaries, some pixels wide. Grains are the pieces between them as they are, and each pixel of a
boundary is of the nearest: where the person left a gap, two grains are one.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graincast.base import pictures as picture_files
from graincast.base.errors import GraincastError
from graincast.material.measured import fetching
from graincast.segmentation.data.known_pictures import GrainPicture
from graincast.segmentation.grouping import lines

LIGHT = 128  # of 255: a mask has soft edges


def pictures(records: Sequence[tuple[Path, Path]]) -> Iterator[GrainPicture]:
    """Of fields, given as records of fetched pictures and of fetched masks; a field that cannot be had is left out."""
    for of_pictures, of_masks in records:
        found = [_files(record) for record in (of_pictures, of_masks)]
        for name, path in sorted(found[0].items()):
            if name in found[1]:
                line = lit(picture_files.read(found[1][name]), path)
                yield GrainPicture(_colours(path), lines.grains(line), 0.0, 0, 0, _field(of_pictures), traced=line)


def lit(mask: NDArray, where: Path) -> NDArray[np.bool_]:
    """The lines [rows, columns] of a mask."""
    if mask.ndim != 2:
        raise GraincastError(f"{where}: its mask has colours, expected light lines on dark")
    return np.asarray(mask >= LIGHT)


def _field(record: Path) -> str:
    return record.stem.removesuffix("_pictures")


def _files(record: Path) -> dict[str, Path]:
    """The files of a record by their names; none if one is missing."""
    rows = fetching.read(record)
    if fetching.missing(rows):
        return {}
    return {Path(row.file).name: record.parent / row.file for row in rows}


def _colours(path: Path) -> NDArray[np.float32]:
    return (picture_files.read(path) / np.float32(255)).astype(np.float32)
