"""Lattice paths as they are: boundaries keep the staircase of their pixels.

A boundary has a point at every corner of the lattice that it passes, and turns a little inside of it. So two that turn
at one corner of four pixels do not meet. A grain loses that little at each of the four turns that its outline makes
more to one side than to the other: less than half a pixel in all.
"""

import numpy as np
from numpy.typing import NDArray

from graincast.material.networks.lattice import Paths

ASIDE = 0.0873  # pixels, in x and in y: of a turn, and of two junctions, from their corner
STEPS = np.array([[1, 0], [0, 1], [-1, 0], [0, -1]])  # x and y of each step


def staircase(paths: Paths) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Points [points, 2] of all boundaries in pixels, and the first of each."""
    joints = ASIDE * paths.quadruple
    lines = [
        _line(STEPS[paths.steps[begin:stop]], start, joints[ends] if ends[0] >= 0 else None)
        for begin, stop, start, ends in zip(paths.first[:-1], paths.first[1:], paths.start, paths.ends, strict=True)
    ]
    first = np.concatenate([[0], np.cumsum([len(line) for line in lines])]).astype(np.int64)
    return np.concatenate(lines), first


def _line(steps: NDArray[np.int64], start: NDArray[np.int64], joints: NDArray | None) -> NDArray[np.float64]:
    """Points of a boundary from its steps [steps, 2]; `joints` is how far its ends are from their corners."""
    corners: NDArray[np.float64] = np.concatenate([[start], start + np.cumsum(steps, axis=0)]).astype(np.float64)
    inwards = 0.5 * ASIDE * (steps - np.roll(steps, 1, axis=0))
    if joints is None:
        return np.asarray(corners + np.concatenate([inwards, inwards[:1]]))
    if not len(steps):
        return np.asarray(start + joints)
    corners[1:-1] += inwards[1:]
    corners[[0, -1]] += joints
    return corners
