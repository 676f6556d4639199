"""Pieces that touch, and how sure it is that they are of one grain, from what is said of pairs of pixels.

Average linkage: the chance that two pieces are one is the mean over all pairs of pixels of which each holds one. The
likeliest two are joined first, the means of what they touch are taken together, and so on, until no two that touch are
likely enough (Bailoni et al., CVPR 2022). A faint boundary is judged by its whole length, so nothing
leaks through a gap.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graincast.material.grains.numbering import consecutive
from graincast.segmentation.layers.pixel_pairs import windows


@dataclass(frozen=True)
class Touching:
    """Pairs of pieces, the smaller number first, and what pairs of pixels across them say."""

    pieces: NDArray[np.int64]  # [pairs, 2]
    chance: NDArray[np.float64]  # [pairs] that they are of one grain, summed over pairs of pixels
    pixels: NDArray[np.int64]  # [pairs] how many of these there are
    contact: NDArray[np.int64]  # [pairs] how many of these share a side

    @property
    def mean(self) -> NDArray[np.float64]:
        return self.chance / self.pixels


def touching(labels: NDArray[np.int32], together: NDArray[np.floating], offsets: Sequence[tuple[int, int]]) -> Touching:
    """Pieces of a map [rows, columns] that share a side, from chances [offsets, rows, columns] of pairs of pixels."""
    count = int(labels.max()) + 1
    parts = []
    for chance, offset in zip(together, offsets, strict=True):
        first, second = windows(labels.shape, offset)
        one, other = labels[first], labels[second]
        unlike = one != other
        code = np.minimum(one, other)[unlike].astype(np.int64) * count + np.maximum(one, other)[unlike]
        found, place = np.unique(code, return_inverse=True)
        pixels = np.bincount(place, minlength=len(found))
        near = pixels if abs(offset[0]) + abs(offset[1]) == 1 else np.zeros_like(pixels)
        parts.append((found, np.bincount(place, chance[first][unlike], len(found)), pixels, near))
    code, place = np.unique(np.concatenate([part[0] for part in parts]), return_inverse=True)
    chance, pixels, contact = (
        np.bincount(place, np.concatenate([part[at] for part in parts]), len(code)) for at in (1, 2, 3)
    )
    beside = contact > 0
    pieces = np.stack(np.divmod(code[beside], count), axis=1)
    return Touching(pieces, np.asarray(chance[beside], float), pixels[beside].astype(int), contact[beside].astype(int))


def joined(labels: NDArray[np.int32], between: Touching, least: float) -> tuple[NDArray[np.int32], Touching]:
    """The map with pieces joined as long as two that touch are one grain with a chance of more than `least`.

    And what is then said of those that touch.
    """
    number = consecutive(goes_to(int(labels.max()) + 1, between, least))
    return number[labels], renumbered(between, number)


def renumbered(between: Touching, number: NDArray[np.int32]) -> Touching:
    """What is said of pieces that touch, once each has the number of what it is a part of [pieces]."""
    one, other = number[between.pieces.T]
    apart = one != other
    count = int(number.max()) + 1
    code = np.minimum(one, other)[apart].astype(np.int64) * count + np.maximum(one, other)[apart]
    found, place = np.unique(code, return_inverse=True)
    chance, pixels, contact = (
        np.bincount(place, values[apart], len(found)) for values in (between.chance, between.pixels, between.contact)
    )
    pieces = np.stack(np.divmod(found, count), axis=1)
    return Touching(pieces, np.asarray(chance, float), pixels.astype(int), contact.astype(int))


def goes_to(count: int, between: Touching, least: float) -> NDArray[np.int64]:
    """The piece that each of so many pieces is a part of."""
    said: list[dict[int, tuple[float, float]]] = [{} for _ in range(count)]  # chance and pixels, by the other piece
    for (one, other), chance, pixels in zip(
        between.pieces.tolist(), between.chance.tolist(), between.pixels.tolist(), strict=True
    ):
        said[one][other] = said[other][one] = (chance, float(pixels))
    part_of = np.arange(count)
    queue = [(-chance / pixels, one, other) for one, other, chance, pixels in _listed(between)]
    heapq.heapify(queue)
    while queue and -queue[0][0] > least:
        key, one, other = heapq.heappop(queue)
        here = said[one].get(other)
        if here is None or -here[0] / here[1] != key:
            continue  # said of pieces that have been joined to others since
        kept, lost = (one, other) if len(said[one]) >= len(said[other]) else (other, one)
        part_of[lost] = kept
        del said[kept][lost]
        for third, (chance, pixels) in said[lost].items():
            if third == kept:
                continue
            del said[third][lost]
            before = said[kept].get(third, (0.0, 0.0))
            both = (before[0] + chance, before[1] + pixels)
            said[kept][third] = said[third][kept] = both
            heapq.heappush(queue, (-both[0] / both[1], kept, third))
        said[lost] = {}
    return _ends(part_of)


def _listed(between: Touching) -> list[tuple[int, int, float, int]]:
    one, other = between.pieces.T.tolist() if len(between.pieces) else ([], [])
    return list(zip(one, other, between.chance.tolist(), between.pixels.tolist(), strict=True))


def _ends(part_of: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each piece ends up that goes to one that goes to another, and so on."""
    while True:
        further = part_of[part_of]
        if np.array_equal(further, part_of):
            return part_of
        part_of = further
