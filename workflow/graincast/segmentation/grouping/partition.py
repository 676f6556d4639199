"""From what is said of pairs of pixels to grains: small pieces first, then pieces joined to grains.

Pieces are where nothing speaks for a boundary, told by all pairs that cross a pixel; there are more of them than
grains. `linkage` joins them, and `settling` lays the boundaries that are left.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from graincast.material.grains.numbering import consecutive
from graincast.material.grains.small_grains import absorbed, touching_inside
from graincast.segmentation.grouping import linkage, relief, settling
from graincast.segmentation.grouping.linkage import Touching
from graincast.segmentation.layers.pixel_pairs import windows

DEPTH = 0.005  # of the chance of a boundary: a piece is a valley of at least that depth
LEAST = 0.65  # chance of being one that joins two pieces: at even chances a fifth of the grains are lost (validation)
FINE, WIDE = 0.5, 2.0  # pixels: standard deviations of two Gaussians over that chance
WIDE_SHARE = 0.1  # of the wide one, without which a gap that nothing is said of would have no pass
TINY = 6  # pixels: a grain of fewer goes to what it borders on most


@dataclass(frozen=True)
class Partitioned:
    labels: NDArray[np.int32]  # [rows, columns] pieces or grains from 0
    between: Touching  # those that touch
    chance: NDArray[np.float64]  # [rows, columns] of a boundary


def crossed(together: NDArray[np.floating], offsets: Sequence[tuple[int, int]]) -> NDArray[np.float64]:
    """How much speaks for a boundary at each pixel [rows, columns]: the mean over pairs around it."""
    shape = together.shape[1:]
    total, count = np.zeros(shape), np.zeros(shape)
    for chance, offset in zip(together, offsets, strict=True):
        first, _ = windows(shape, offset)
        half = tuple(step // 2 if step >= 0 else -(-step // 2) for step in offset)
        middle = tuple(slice(part.start + by, part.stop + by) for part, by in zip(first, half, strict=True))
        total[middle] += 1 - chance[first]
        count[middle] += 1
    return total / np.maximum(count, 1)


def pieces(together: NDArray[np.floating], offsets: Sequence[tuple[int, int]]) -> Partitioned:
    """Small pieces, more of them than grains, from chances [offsets, rows, columns] that pairs of pixels are of one."""
    chance = crossed(together, offsets)
    fine, wide = (ndimage.gaussian_filter(chance, reach, mode="nearest") for reach in (FINE, WIDE))
    labels = relief.grains(fine + WIDE_SHARE * wide, DEPTH)
    return Partitioned(labels, linkage.touching(labels, together, offsets), chance)


def partitioned(
    together: NDArray[np.floating], offsets: Sequence[tuple[int, int]], least: float = LEAST
) -> Partitioned:
    """Grains, from the same."""
    return settled(grouped(pieces(together, offsets), least), together, offsets)


def grouped(found: Partitioned, least: float) -> Partitioned:
    """Grains out of pieces, joined as long as two are one with a chance of more than `least`; none is tiny."""
    labels, between = linkage.joined(found.labels, found.between, least)
    return Partitioned(*without_tiny(labels, between), found.chance)


def settled(found: Partitioned, together: NDArray[np.floating], offsets: Sequence[tuple[int, int]]) -> Partitioned:
    """The same grains, with their boundaries where the pairs say; one that loses all its pixels is none."""
    labels = settling.settled(found.labels, together, offsets)
    goes_to = np.arange(int(found.labels.max()) + 1)
    lost = np.bincount(labels.ravel(), minlength=len(goes_to)) == 0
    if lost.any():
        now = np.empty(len(goes_to), labels.dtype)
        now[found.labels.ravel()] = labels.ravel()  # of a grain with several: that of its last pixel
        goes_to[lost] = now[lost]
    number = consecutive(goes_to)
    return Partitioned(number[labels], linkage.renumbered(found.between, number), found.chance)


def without_tiny(labels: NDArray[np.int32], between: Touching) -> tuple[NDArray[np.int32], Touching]:
    """The map whose tiny grains have gone to what they border on most."""
    size = np.bincount(labels.ravel())
    if size.min() >= TINY:
        return labels, between
    number = consecutive(absorbed(labels, np.arange(len(size)), size, TINY, touching_inside))
    return number[labels], linkage.renumbered(between, number)
