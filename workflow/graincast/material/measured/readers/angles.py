"""Euler angles in radians: what the format says of their unit, against what their values say."""

import numpy as np
from numpy.typing import NDArray

from graincast.base.errors import GraincastError

MOST_RADIANS = 4 * np.pi + 1e-2  # EDAX marks points without a solution by 4 pi
MOST_DEGREES = 720.0


def in_radians(
    where: str, euler: NDArray[np.floating], indexed: NDArray[np.bool_], stated: str
) -> tuple[NDArray[np.float32], str]:
    """Angles [n, 3] in radians, 0 where nothing is indexed, and the sentence that says how their unit was found."""
    known = euler[indexed]
    if not np.isfinite(known).all():
        raise GraincastError(f"{where}, Euler angles: not finite at an indexed point, expected three angles each")
    largest = float(np.abs(known).max())
    if largest > MOST_DEGREES:
        raise GraincastError(f"{where}, Euler angles: reach {largest:.6g}, expected degrees or radians")
    unit, decision = _unit(known, largest, stated)
    scale = np.pi / 180 if unit == "degrees" else 1.0
    return np.where(indexed[:, None], euler, 0).astype(np.float32) * np.float32(scale), decision


def _unit(known: NDArray[np.floating], largest: float, stated: str) -> tuple[str, str]:
    if stated == "radians" and largest > MOST_RADIANS:
        return (
            "degrees",
            f"Euler angles are taken as degrees: they reach {largest:.0f}, though the format means radians.",
        )
    if stated == "degrees" and _fill_radians(known):
        return (
            "radians",
            f"Euler angles are taken as radians: none is above {largest:.2f}, and the format means degrees.",
        )
    return stated, f"Euler angles are in {stated}, as the format says and their values allow."


def _fill_radians(known: NDArray[np.floating]) -> bool:
    """Whether angles fill the ranges that they have in radians; a single crystal in degrees does not."""
    low, high = known.min(axis=0), known.max(axis=0)
    within = low.min() > -1e-2 and high.max() < 2 * np.pi + 1e-2 and high[1] < np.pi + 1e-2
    return bool(within and max(high[0] - low[0], high[2] - low[2]) > 4)
