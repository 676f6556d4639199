"""A field of view closed to a periodic box by what it shows itself: mirror images along its edges.

The whole field may be mirrored, which is exact for a specimen that ends at mirrors. A margin of mirror images does as
well for what is near the field, in a smaller box: beyond it the box closes upon itself, on boundaries that nobody saw.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graincast.material.grains.geometry import connected_regions


@dataclass(frozen=True)
class Closed:
    """Grains of the field keep their numbers; what lies around it, or is cut in two, has higher ones."""

    labels: NDArray[np.int32]  # [rows, columns] of a periodic box
    field: tuple[slice, slice]  # where in it the field is
    origin: NDArray[np.int32]  # the label in the field of each number


def closed(labels: NDArray[np.integer], margin: int) -> Closed:
    """A field with a margin of mirror images of so many pixels around it; mirrored as a whole where that is less."""
    around = [(margin, margin) if 2 * margin < side else (0, side) for side in labels.shape]
    whole = np.pad(labels, around, mode="symmetric")
    field = (slice(around[0][0], around[0][0] + labels.shape[0]), slice(around[1][0], around[1][0] + labels.shape[1]))
    return _numbered(whole, field, int(labels.max()) + 1)


def mirrored(labels: NDArray[np.integer]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """A map mirrored as a whole [2 rows, 2 columns], and the original label of each of its labels.

    Copies of a grain that do not touch are grains of their own. Every label keeps its number for its first region,
    which lies in the first quadrant.
    """
    whole = closed(labels, max(labels.shape))
    return whole.labels, whole.origin


def tiled(labels: NDArray[np.integer]) -> Closed:
    """A field that is the period of its material."""
    return _numbered(labels, (slice(None), slice(None)), int(labels.max()) + 1)


def _numbered(whole: NDArray[np.integer], field: tuple[slice, slice], count: int) -> Closed:
    """Connected regions of a box; the first of each label within the field keeps the label as its number."""
    regions = connected_regions(whole)
    label = np.empty(int(regions.max()) + 1, whole.dtype)
    label[regions] = whole
    seen, first = np.unique(regions[field], return_index=True)
    order = np.lexsort((first, label[seen]))
    leading = seen[order][np.diff(label[seen][order], prepend=-1) != 0]
    number = np.full(len(label), -1, np.int32)
    number[leading] = label[leading]
    others = np.flatnonzero(number < 0)
    number[others] = count + np.arange(len(others))
    return Closed(number[regions], field, np.concatenate([np.arange(count), label[others]]).astype(np.int32))
