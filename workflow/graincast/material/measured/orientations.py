"""Misorientation of two points of one phase: the smallest turn that brings one crystal's axes onto the other's.

An orientation is a unit quaternion that turns the specimen's axes into the crystal's (Bunge). With m = b a^-1 and the
proper rotations S of the Laue group, the angle is the smallest among S m, which is that from m to the nearest S. A
misorientation is Sigma3 when it lies within Brandon's criterion, 15 degrees / sqrt(3), of 60 degrees about <111> in a
cubic crystal (Acta Metallurgica 14, 1479, 1966).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from graincast.base.errors import GraincastError
from graincast.material.measured.laue import products, rotations, turns
from graincast.material.measured.readers import symmetry

BRANDON = 15 / np.sqrt(3)  # degrees
CUBIC = ("m-3m", "m-3")  # Laue groups
DIAGONALS = ((1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1))  # <111> of a cube
BLOCK = 1 << 12  # pairs at a time: each has an array of 24 rotations or 96 twins


@dataclass(frozen=True)
class Crystal:
    """What is alike in the crystals of a phase."""

    rotations: NDArray[np.float64]  # [n, 4] quaternions: the proper rotations of the Laue group
    twins: NDArray[np.float64] | None  # [n, 4] all misorientations that are exactly Sigma3; None if not cubic


@cache
def crystal(point_group: str) -> Crystal:
    """The crystal of a point group by its Hermann-Mauguin name."""
    laue = symmetry.of_symbol(point_group)
    if laue is None:
        raise GraincastError(f"'{point_group}' is no point group, expected a name such as 'm-3m' or '6/mmm'")
    alike = rotations(laue)
    twins = products(alike, Rotation.concatenate([turns(60, axis) for axis in DIAGONALS])) if laue in CUBIC else None
    return Crystal(_scalar_first(alike), None if twins is None else _scalar_first(twins))


def quaternions(euler: NDArray[np.float32]) -> NDArray[np.float32]:
    """Orientations [..., 4], scalar first, of Bunge angles [..., 3] in radians."""
    angles = euler.reshape(-1, 3)
    turned = np.empty((len(angles), 4), np.float32)
    for block in _blocks(len(angles)):
        turned[block] = _scalar_first(Rotation.from_euler("ZXZ", angles[block]).inv())
    return turned.reshape(*euler.shape[:-1], 4)


def misorientations(one: NDArray, other: NDArray, of: Crystal) -> NDArray[np.float64]:
    """Angles [n], degrees, between the orientations `one` [n, 4] and `other` [n, 4] of one phase."""
    return _degrees_to_nearest(one, other, of.rotations)


def sigma3(one: NDArray, other: NDArray, of: Crystal) -> NDArray[np.bool_]:
    """Whether the misorientations [n] of `one` [n, 4] and `other` [n, 4] are Sigma3; never if not cubic."""
    if of.twins is None:
        return np.zeros(len(one), bool)
    return np.asarray(_degrees_to_nearest(one, other, of.twins) <= BRANDON)


def _degrees_to_nearest(one: NDArray, other: NDArray, exact: NDArray) -> NDArray[np.float64]:
    """Angles [n] from the misorientations of `one` [n, 4] and `other` [n, 4] to the nearest of `exact` [m, 4]."""
    degrees = np.empty(len(one))
    for block in _blocks(len(one)):
        between = _turns_between(one[block].astype(np.float64), other[block].astype(np.float64))
        cosine = np.abs(exact @ between.T).max(axis=0)  # of half the angle; q and -q are one turn
        degrees[block] = 2 * np.rad2deg(np.arccos(np.minimum(cosine, 1)))
    return degrees


def _turns_between(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Unit quaternions [n, 4] of other one^-1."""
    # scipy's product takes five times as long, and nearly all the time of a comparison
    scalar = np.sum(one * other, axis=1, keepdims=True)
    vector = one[:, :1] * other[:, 1:] - other[:, :1] * one[:, 1:] - np.cross(other[:, 1:], one[:, 1:])
    product = np.concatenate([scalar, vector], axis=1)
    return np.asarray(product / np.linalg.norm(product, axis=1, keepdims=True))


def _scalar_first(turned: Rotation) -> NDArray[np.float64]:
    return np.asarray(turned.as_quat(scalar_first=True))


def _blocks(count: int) -> Iterator[slice]:
    yield from (slice(start, start + BLOCK) for start in range(0, count, BLOCK))
