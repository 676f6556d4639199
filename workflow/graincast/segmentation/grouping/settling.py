"""Where exactly grains meet: pixels on either side of a boundary go to the grain that their own pairs speak for.

A watershed finds which grains there are, but lays its boundaries along the ridge of a smooth height, up to a pixel
aside. Each pair of such a pixel speaks for the grain of the other one by its chance, less an even one; the pixel's own
grain and those beside it are heard.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from graincast.base.compiled import kernel

PASSES = 2
EVEN = 0.5  # chance that speaks neither for a grain nor against it
BESIDE = ((0, 0), (0, 1), (1, 0), (0, -1), (-1, 0))  # itself first: it stays where nothing speaks for another


def settled(
    labels: NDArray[np.int32], together: NDArray[np.floating], offsets: Sequence[tuple[int, int]]
) -> NDArray[np.int32]:
    """The map [rows, columns] with its boundaries laid by chances [offsets, rows, columns] that pairs are of one."""
    chances = np.ascontiguousarray(together, np.float32)
    for _ in range(PASSES):
        labels = np.asarray(_heard(np.ascontiguousarray(labels, np.int32), chances, np.array(offsets)))
    return labels


@kernel
def _heard(labels: NDArray[np.int32], together: NDArray[np.float32], offsets: NDArray[np.int64]) -> NDArray[np.int32]:
    """Each pixel's grain after all pairs were heard once, of the grains as they were."""
    rows, columns = labels.shape
    found = labels.copy()
    for row in range(rows):
        for column in range(columns):
            most = -np.inf
            for down, right in BESIDE:
                y, x = row + down, column + right
                if not (0 <= y < rows and 0 <= x < columns):
                    continue
                grain = labels[y, x]
                if grain == labels[row, column] and most > -np.inf:
                    continue
                said = _spoken(labels, together, offsets, row, column, grain)
                if said > most:
                    most = said
                    found[row, column] = grain
    return found


@kernel
def _spoken(
    labels: NDArray[np.int32],
    together: NDArray[np.float32],
    offsets: NDArray[np.int64],
    row: int,
    column: int,
    grain: int,
) -> float:
    """How much the pairs of a pixel speak for a grain."""
    rows, columns = labels.shape
    said = 0.0
    for at in range(len(offsets)):
        for sign in (1, -1):
            y, x = row + sign * offsets[at, 0], column + sign * offsets[at, 1]
            if 0 <= y < rows and 0 <= x < columns and labels[y, x] == grain:
                said += (together[at, row, column] if sign == 1 else together[at, y, x]) - EVEN
    return said
