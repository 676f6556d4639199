"""Misorientation of two points of one phase: the smallest turn that brings one crystal's axes onto the other's.

An orientation is a unit quaternion that turns the specimen's axes into the crystal's (Bunge). With m = b a^-1 and the
proper operators S of the Laue group, the angle is the smallest among S m. A misorientation is Sigma3 when it lies
within Brandon's criterion, 15 degrees / sqrt(3), of 60 degrees about <111> in a cubic crystal (Acta Metallurgica 14,
1479, 1966).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from graincast.base.errors import GraincastError
from graincast.material.measured.library import orix

BRANDON = 15 / np.sqrt(3)  # degrees
CUBIC = ("m-3m", "m-3")  # Laue groups
BLOCK = 1 << 16  # pairs at a time: each has an array of 24 operators or 96 twins


@dataclass(frozen=True)
class Crystal:
    """What is alike in the crystals of a phase."""

    operators: Any  # orix Symmetry: the proper operators of the Laue group
    twins: Any | None  # orix Rotation: all misorientations that are exactly Sigma3; None if not cubic


@cache
def crystal(point_group: str) -> Crystal:
    """The crystal of a point group by its Hermann-Mauguin name."""
    try:
        laue = orix().crystal_map.Phase(point_group=point_group).point_group.laue
    except (ValueError, AttributeError) as error:
        raise GraincastError(f"'{point_group}' is no point group, expected a name such as 'm-3m' or '6/mmm'") from error
    operators = laue.proper_subgroup
    return Crystal(operators, _twins(operators) if laue.name in CUBIC else None)


def quaternions(euler: NDArray[np.float32]) -> NDArray[np.float32]:
    """Orientations [..., 4], scalar first, of Bunge angles [..., 3] in radians."""
    angles = euler.reshape(-1, 3)
    turned = np.empty((len(angles), 4), np.float32)
    for block in _blocks(len(angles)):
        turned[block] = Rotation.from_euler("ZXZ", angles[block]).inv().as_quat(scalar_first=True)
    return turned.reshape(*euler.shape[:-1], 4)


def misorientations(one: NDArray, other: NDArray, of: Crystal) -> NDArray[np.float64]:
    """Angles [n], degrees, between the orientations `one` [n, 4] and `other` [n, 4] of one phase."""

    def angles(first: Any, second: Any) -> NDArray:
        with np.errstate(invalid="ignore"):  # of equal orientations, the cosine is sometimes 1 and a rounding error
            return np.asarray(first.angle_with(second, degrees=True))

    return _by_blocks(angles, one, other, of, np.float64)


def sigma3(one: NDArray, other: NDArray, of: Crystal) -> NDArray[np.bool_]:
    """Whether the misorientations [n] of `one` [n, 4] and `other` [n, 4] are Sigma3; never if not cubic."""
    if of.twins is None:
        return np.zeros(len(one), bool)
    near = np.cos(np.deg2rad(BRANDON) / 2)

    def close(first: Any, second: Any) -> NDArray:
        between = orix().quaternion.Rotation((second * ~first).data)
        return np.asarray(between.dot_outer(of.twins).max(axis=-1) >= near)

    return _by_blocks(close, one, other, of, np.bool_)


def _twins(operators: Any) -> Any:
    """60 degrees about <111>, seen from every pair of equivalent axes of two crystals."""
    turn = orix().quaternion.Rotation.from_axes_angles([1, 1, 1], 60, degrees=True)
    return operators.outer(turn).outer(operators).flatten().unique()


def _by_blocks(judge: Callable[[Any, Any], NDArray], one: NDArray, other: NDArray, of: Crystal, kind: Any) -> NDArray:
    """`judge` of the pairs of orientations, so many at a time that memory is bounded."""
    judged = np.empty(len(one), kind)
    for block in _blocks(len(one)):
        pair = (orix().quaternion.Orientation(end[block], symmetry=of.operators) for end in (one, other))
        judged[block] = judge(*pair)
    return judged


def _blocks(count: int) -> Iterator[slice]:
    yield from (slice(start, start + BLOCK) for start in range(0, count, BLOCK))
