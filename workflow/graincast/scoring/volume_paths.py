"""Straight lines in a phase of a volume: lineal path and chords along an axis, from the runs of its voxels.

Lineal path: the chance that a voxel and the next r along an axis are all of the phase. It is the volume fraction at 0
and never above the two-point probability (Lu and Torquato, Phys. Rev. A 45, 922, 1992). Runs that the edge of the
volume cuts count with what is seen of them.

A chord is a run from one interface to the next. Those that touch the edge are left out, which takes more long ones than
short ones; so the others have weights by Miles' rule (see `chords`), with which means and distributions are right on
average up to a length of the volume's side less two voxels. Longer chords are never seen: where there are many, the
mean is too small.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graincast.scoring.chords import Chords, inside_weight
from graincast.scoring.two_phase import Volume, checked, checked_reach

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Runs:
    """Stretches of voxels of the phase along an axis, each as long as it goes."""

    first: NDArray[np.int64]  # [runs] where they begin on their line
    length: NDArray[np.int64]  # [runs]
    side: int  # voxels of a line
    lines: int


def lineal_path(volume: NDArray[Any], axis: int, reach: int) -> Floats:
    """Chance [reach + 1] that the voxels 0 .. r along an axis are all of the phase."""
    runs = _runs(checked_reach(volume, reach), axis)
    number = np.bincount(runs.length, minlength=runs.side + 1)
    of_at_least = np.cumsum(number[::-1])[::-1]  # runs by shortest length
    places = np.cumsum(of_at_least[::-1])[::-1]  # where so many voxels in a row can start
    apart = np.arange(reach + 1)
    return np.asarray(places[1 + apart] / (runs.lines * (runs.side - apart)))


def chords_along(volume: NDArray[Any], axis: int) -> Chords:
    """Lengths in voxels and weights of the chords of the phase along an axis, without those that touch the edge."""
    runs = _runs(checked(volume), axis)
    inside = (runs.first > 0) & (runs.first + runs.length < runs.side)
    length = runs.length[inside].astype(float)
    return Chords(length, inside_weight(length, runs.side))


def chord_distribution(volume: NDArray[Any], axis: int, reach: int) -> Floats:
    """Share [reach + 1] of chords along an axis that are 0 .. reach voxels long; NaN where there are no chords.

    What is missing to 1 are longer ones.
    """
    found = chords_along(checked_reach(volume, reach), axis)
    if len(found.length) == 0:
        return np.full(reach + 1, np.nan)
    weight = np.bincount(found.length.astype(np.int64), found.weight, minlength=reach + 1)
    return np.asarray(weight[: reach + 1] / weight.sum())


def _runs(volume: Volume, axis: int) -> Runs:
    side = volume.shape[axis]
    lines = np.moveaxis(volume, axis, -1).reshape(-1, side)
    apart = np.pad(lines, ((0, 0), (1, 1))).ravel()  # so that no run goes on in the next line
    change = np.flatnonzero(apart[1:] != apart[:-1])
    return Runs(change[::2] % (side + 2), change[1::2] - change[::2], side, len(lines))
