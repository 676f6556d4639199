"""Grains of one piece: what is not connected to the largest piece of its grain goes to a neighbour.

Pixels are connected where they share a face (in the plane: an edge), and nothing wraps around. The smallest stray piece
goes first, to the piece with which it shares most faces (of equal ones to the larger), stray itself or not; a stray
piece that comes to touch its own grain is one with it.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from graincast.base.compiled import kernel
from graincast.material.grains.flooding import root
from graincast.material.grains.small_grains import absorbed, touching_inside
from graincast.material.microstructure import Microstructure


def mended(structure: Microstructure) -> tuple[Microstructure, int]:
    """The structure with every grain in one piece, and how many stray pieces there were."""
    labels = structure.labels
    piece = pieces(labels)
    size = np.bincount(piece.ravel())
    grain = np.empty(len(size), labels.dtype)
    grain[piece.ravel()] = labels.ravel()
    stray = np.ones(len(size), bool)
    order = np.lexsort((-size, grain))
    stray[order[np.diff(grain[order], prepend=-1) != 0]] = False
    if not stray.any():
        return structure, 0
    enough = labels.size + 1
    goes_to = absorbed(piece, grain, np.where(stray, size, enough + size), enough, touching_inside)
    return replace(structure, labels=grain[goes_to][piece]), int(stray.sum())


def pieces(labels: NDArray[np.int32]) -> NDArray[np.int32]:
    """Connected pixels of equal label in a map or volume, numbered from 0 in the order of their first pixels."""
    return np.asarray(_pieces(labels if labels.ndim == 3 else labels[None]).reshape(labels.shape))


@kernel
def _pieces(labels: NDArray[np.int32]) -> NDArray[np.int32]:
    """`pieces` [pixels] of [layers, rows, columns]."""
    layers, rows, columns = labels.shape
    first = np.arange(labels.size).astype(np.int32)  # of each pixel: one of its piece that is no later than it
    for z in range(layers):
        for y in range(rows):
            for x in range(columns):
                pixel = (z * rows + y) * columns + x
                if x > 0 and labels[z, y, x - 1] == labels[z, y, x]:
                    _join(first, pixel, pixel - 1)
                if y > 0 and labels[z, y - 1, x] == labels[z, y, x]:
                    _join(first, pixel, pixel - columns)
                if z > 0 and labels[z - 1, y, x] == labels[z, y, x]:
                    _join(first, pixel, pixel - columns * rows)
    number = 0
    for pixel in range(labels.size):
        if first[pixel] == pixel:
            first[pixel] = number
            number += 1
        else:
            first[pixel] = first[first[pixel]]  # which has its number already
    return first


@kernel
def _join(first: NDArray[np.int32], one: int, other: int) -> None:
    """Let two pixels be of one piece."""
    one, other = root(first, one), root(first, other)
    first[max(one, other)] = min(one, other)
