"""Grains of periodic label maps: area, equivalent circle radius, neighbours, boundary pixels, overlap of two maps.

The equivalent circle radius is R = sqrt(A / pi). Two grains are neighbours when two of their pixels share an edge.
A boundary pixel shares an edge with a pixel of another grain, so a boundary is two pixels wide and stands alike on
both its sides: mirror images of a map have mirror images of its boundary.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graincast.material.grains import flooding


def areas(labels: NDArray[np.integer]) -> NDArray[np.int64]:
    """Pixels of every label 0..max in a map; 0 for labels that are absent."""
    return np.bincount(labels.ravel())


def equivalent_radii(labels: NDArray[np.integer]) -> NDArray[np.float64]:
    """Equivalent circle radii of the grains present, in pixels of the map."""
    area = areas(labels)
    return np.sqrt(area[area > 0] / np.pi)


def sides(labels: NDArray[np.integer]) -> NDArray[np.int64]:
    """Number of neighbours of every label 0..max in a periodic map; 0 for labels that are absent."""
    count = int(labels.max()) + 1
    return partners(((labels, np.roll(labels, -1, axis)) for axis in (0, 1)), count)


def partners(touching: Iterable[tuple[NDArray[np.integer], NDArray[np.integer]]], count: int) -> NDArray[np.int64]:
    """With how many others each label 0..count - 1 stands side by side, of arrays of neighbouring pixels."""
    met = []
    for pixel, neighbour in touching:
        unlike = pixel != neighbour
        one, other = pixel[unlike].astype(np.int64), neighbour[unlike].astype(np.int64)
        met.append(np.minimum(one, other) * count + np.maximum(one, other))
    pairs = np.unique(np.concatenate(met))
    return np.bincount(pairs // count, minlength=count) + np.bincount(pairs % count, minlength=count)


def on_edge(labels: NDArray[np.integer]) -> NDArray[np.integer]:
    """The labels of the first and of the last pixels along every axis of a map or volume."""
    ends = [labels.take(at, axis).ravel() for axis in range(labels.ndim) for at in (0, -1)]
    return np.unique(np.concatenate(ends))


def connected_regions(labels: NDArray[np.integer]) -> NDArray[np.int32]:
    """Number the regions of equal label (4 neighbours, periodic edges too) from 0, row by row."""
    return np.asarray(flooding.alike(np.ravel(labels).astype(np.int64), labels.shape[1]).reshape(labels.shape))


def boundary_pixels(labels: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Pixels of periodic maps [..., H, W] that share an edge with a pixel of another grain."""
    marked = np.zeros(labels.shape, bool)
    for axis in (-2, -1):
        unlike = labels != np.roll(labels, 1, axis)
        marked |= unlike | np.roll(unlike, -1, axis)
    return marked


def within(marked: NDArray[np.bool_], reach: float) -> NDArray[np.bool_]:
    """Pixels no farther than `reach` pixels from a marked one in periodic masks [..., H, W]."""
    near = marked.copy()
    whole = math.floor(reach)
    for row in range(-whole, whole + 1):
        for column in range(-whole, whole + 1):
            if 0 < row**2 + column**2 <= reach**2:
                near |= np.roll(marked, (row, column), (-2, -1))
    return near


@dataclass(frozen=True)
class Contingency:
    """Pixels that a label of one map shares with a label of another, for the pairs that share any."""

    one: NDArray[np.int64]  # [pairs]
    other: NDArray[np.int64]  # [pairs]
    pixels: NDArray[np.int64]  # [pairs]


def contingency(one: NDArray[np.integer], other: NDArray[np.integer]) -> Contingency:
    """How the grains of two maps [...] overlap."""
    count = int(other.max()) + 1
    code, pixels = np.unique(one.ravel().astype(np.int64) * count + other.ravel(), return_counts=True)
    return Contingency(code // count, code % count, pixels)
