"""Where a test line meets boundaries, and what each meeting counts.

ASTM E112 counts intersections: a crossing 1, a tangent 1, an end exactly on a boundary 1/2, a point where three grains
meet 1 1/2 on straight lines and 2 on circles (as it is quoted; Vander Voort's Metallography, 1999, has 1/2 for a
tangent). A map has no lines to be exactly on, so this is an assumption: it is known to about a pixel, and a stretch of
at most `BRIEF` pixels in a grain is no visit to it. Brief stretches and the boundaries around them are one meeting,
judged by the grains before and after it:

    the same                                 tangent      1
    two, and brief ones only of these two    crossing     1
    two, and a brief one of a third          three meet   1 1/2 or 2
    none before or none after                end          1/2

Where three meet, the two crossings of a brief visit become 1 1/2, and the one crossing of a line that passes on the
other side stays 1: on straight lines the mean intercept comes out 0.3 pixels long.

What stands at a place is the grain with the largest share of the pixels around it, weighted by a Gaussian of `BLUR`.
Read at single pixels, boundaries are stairs, longer by up to 4 / pi than what they stand for, and a circle would meet
them as much too often; so it meets them 1 % too often. A band of one pixel is still seen.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from graincast.material.grain_size.probes import Probe

BRIEF = 1.5  # pixels
BLUR = 0.7  # pixels
AROUND = np.arange(-2, 3)  # pixels
CROSSING = TANGENT = 1.0
END = 0.5
THREE_ON_LINE, THREE_ON_CIRCLE = 1.5, 2.0


@dataclass(frozen=True)
class Hits:
    """Meetings of a test line with boundaries."""

    places: NDArray[np.float64]  # [n, 2] row and column
    counts: NDArray[np.float64]  # [n] what each counts


def hits(labels: NDArray[np.integer], line: Probe) -> Hits:
    """Meetings of a line with the boundaries of a map [rows, columns]."""
    grains = grains_at(labels, line.places)
    closed = line.direction is None
    turn = _within_longest(grains) if closed else 0
    found = meetings(np.roll(grains, -turn), line.spacing, THREE_ON_CIRCLE if closed else THREE_ON_LINE)
    at = np.array([place for place, _ in found], np.int64) + turn
    return Hits(line.places[at % len(grains)], np.array([count for _, count in found]))


def grains_at(labels: NDArray[np.integer], places: NDArray[np.float64]) -> NDArray[np.integer]:
    """The grain that stands at each place [n, 2] of a map."""
    nearest = np.rint(places).astype(np.int64)
    rows, columns = (np.clip(nearest[:, axis, None] + AROUND, 0, labels.shape[axis] - 1) for axis in (0, 1))
    around = labels[rows[:, :, None], columns[:, None, :]].reshape(len(places), -1)
    found = around[:, 0].copy()
    mixed = (around != around[:, :1]).any(axis=1)
    found[mixed] = _largest_share(around[mixed], (places - nearest)[mixed])
    return np.asarray(found)


def _largest_share(around: NDArray[np.integer], off: NDArray[np.float64]) -> NDArray[np.integer]:
    """Of the pixels [n, 25] around places that are `off` [n, 2] the middle one, the grain that weighs most."""
    weight = np.exp(-((AROUND - off[:, :, None]) ** 2) / (2 * BLUR**2))
    weights = (weight[:, 0, :, None] * weight[:, 1, None, :]).reshape(around.shape)
    shares = np.einsum("nij,nj->ni", around[:, :, None] == around[:, None, :], weights)
    return np.asarray(np.take_along_axis(around, shares.argmax(axis=1)[:, None], axis=1)[:, 0])


def meetings(grains: NDArray[np.integer], spacing: float, three: float) -> list[tuple[int, float]]:
    """Place and count of each meeting along grains [n] that were read so many pixels apart."""
    changes = np.flatnonzero(grains[1:] != grains[:-1]) + 1
    if not len(changes):
        return []
    first = np.concatenate([[0], changes])
    visited = grains[first].tolist()
    edges = np.concatenate([[0], changes - 0.5, [len(grains) - 1]])
    long = np.flatnonzero(np.diff(edges) * spacing > BRIEF).tolist()
    if not long:
        return [(len(grains) // 2, TANGENT)]
    found = [] if long[0] == 0 else [(0, END)]
    for before, after in pairwise(long):
        place = int((edges[before + 1] + edges[after] + 1) / 2)
        found.append((place, _count(visited[before], visited[before + 1 : after], visited[after], three)))
    return found if long[-1] == len(visited) - 1 else [*found, (len(grains) - 1, END)]


def _count(before: int, brief: list[int], after: int, three: float) -> float:
    if before == after:
        return TANGENT
    return three if set(brief) - {before, after} else CROSSING


def _within_longest(grains: NDArray[np.integer]) -> int:
    """A place in the middle of the longest stretch of a closed line, where it may be cut open."""
    changes = np.flatnonzero(grains != np.roll(grains, 1))
    if not len(changes):
        return 0
    lengths = np.diff(changes, append=changes[0] + len(grains))
    longest = int(lengths.argmax())
    return int(changes[longest] + lengths[longest] // 2)
