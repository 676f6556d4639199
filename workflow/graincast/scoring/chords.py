"""Chords: the stretches of rows and of columns that lie within one grain, the lineal intercepts of stereology.

A chord runs from one boundary to the next. In a field that is not periodic those that an edge cuts are left out, and
one of l pixels in a row of W counts with (W - 1) / (W - 1 - l), the inverse of its chance of having both ends inside:
Miles' rule in one dimension. A row that meets no boundary has no chord. Their distribution is a signature of shape and
arrangement (Torquato, Random Heterogeneous Materials, 2002); along two directions it tells stretched grains.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graincast.scoring.map_sets import MapSet
from graincast.scoring.populations import distance

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Chords:
    length: Floats  # [chords] in the set's unit
    weight: Floats  # [chords]

    @property
    def mean(self) -> float:
        return float(np.average(self.length, weights=self.weight)) if len(self.length) else math.nan


def chords(maps: MapSet) -> tuple[Chords, Chords]:
    """Those along x and those along y of all maps of a set."""
    along = _of_rows if maps.periodic else _inside_rows
    found = []
    for ways in (list(maps.maps), [labels.T for labels in maps.maps]):
        lengths, weights = zip(*(along(labels) for labels in ways), strict=True)
        found.append(Chords(maps.pixel * np.concatenate(lengths), np.concatenate(weights)))
    return found[0], found[1]


def distances(made: MapSet, truth: MapSet) -> dict[str, float]:
    """Wasserstein distance of chords along x and along y, and of their means, in mean grain sides of the truth."""
    side = truth.grain_side
    found: dict[str, float] = {}
    for way, one, other in zip("xy", chords(made), chords(truth), strict=True):
        some = len(one.length) > 0 and len(other.length) > 0
        found[f"chord_wasserstein_{way}"] = (
            distance(one.length / side, one.weight, other.length / side, other.weight) if some else math.nan
        )
        found[f"mean_chord_error_{way}"] = abs(one.mean - other.mean) / side
    return found


def _of_rows(labels: NDArray[np.integer]) -> tuple[Floats, Floats]:
    """Lengths in pixels and weights of the chords of periodic rows."""
    width = labels.shape[1]
    row, column = np.nonzero(labels != np.roll(labels, 1, axis=1))
    ahead = np.roll(column, -1)
    last = np.diff(row, append=-1) != 0
    ahead[last] = column[np.roll(last, 1)] + width  # of each row its first one
    return (ahead - column).astype(float), np.ones(len(row))


def _inside_rows(labels: NDArray[np.integer]) -> tuple[Floats, Floats]:
    """The same of rows that end at edges."""
    row, column = np.nonzero(labels[:, 1:] != labels[:, :-1])
    length = np.diff(column)[np.diff(row) == 0].astype(float)
    return length, inside_weight(length, labels.shape[1])


def inside_weight(length: Floats, width: int) -> Floats:
    """How much chords [chords] that have both ends inside a row of this width stand for, by Miles' rule."""
    return (width - 1) / (width - 1 - length)
