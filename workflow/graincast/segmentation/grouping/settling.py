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
STRIP = 512  # rows that are heard at a time
EVEN = 0.5  # chance that speaks neither for a grain nor against it
BESIDE = ((0, 0), (0, 1), (1, 0), (0, -1), (-1, 0))  # itself first: it stays where nothing speaks for another


def settled(
    labels: NDArray[np.int32], together: NDArray[np.floating], offsets: Sequence[tuple[int, int]]
) -> NDArray[np.int32]:
    """The map [rows, columns] with its boundaries laid by chances [offsets, rows, columns] that pairs are of one."""
    reach = max(abs(step) for offset in offsets for step in offset)
    for _ in range(PASSES):
        strips = [_strip(labels, together, offsets, first, reach) for first in range(0, len(labels), STRIP)]
        labels = np.concatenate(strips)
    return labels


def _strip(
    labels: NDArray[np.int32],
    together: NDArray[np.floating],
    offsets: Sequence[tuple[int, int]],
    first: int,
    reach: int,
) -> NDArray[np.int32]:
    """Some rows of the map after all pairs were heard once; their chances alone are made single precision."""
    above, last = max(first - reach, 0), min(first + STRIP, len(labels))
    rows = slice(above, min(last + reach, len(labels)))
    chances = np.ascontiguousarray(together[:, rows], np.float32)
    heard = np.asarray(_heard(np.ascontiguousarray(labels[rows], np.int32), chances, np.array(offsets)))
    return heard[first - above : last - above]


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
