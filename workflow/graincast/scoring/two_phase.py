"""Volumes of two phases: booleans [z, y, x] in cubic voxels, True in the phase that is looked at.

A volume is a window of a material and not periodic: nothing is known beyond its edges, and they are no interface.
Lengths are in voxel sides.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from graincast.base.errors import GraincastError

AXES = {"along_z": 0, "along_y": 1, "along_x": 2}
Volume = NDArray[np.bool_]


def checked(volume: NDArray[Any]) -> Volume:
    """The volume, if it is one."""
    if volume.dtype != np.bool_:
        raise GraincastError(
            f"a volume of two phases holds {volume.dtype}, expected booleans that are True in the phase that is "
            "looked at (volume == LABEL, or volume > THRESHOLD)"
        )
    if volume.ndim != 3 or volume.size == 0:
        raise GraincastError(f"a volume of two phases has the shape {volume.shape}, expected [z, y, x] of 1 or more")
    return volume


def checked_reach(volume: NDArray[Any], reach: int) -> Volume:
    """The volume, if two voxels of it can be `reach` apart along each axis."""
    if not 0 <= reach < min(checked(volume).shape):
        raise GraincastError(
            f"a volume of {' x '.join(map(str, volume.shape))} voxels holds no two that are {reach} apart along each "
            f"axis, expected a reach of 0 to {min(volume.shape) - 1}"
        )
    return volume


def volume_fraction(volume: NDArray[Any]) -> float:
    """Share of the volume that is of the phase."""
    return float(checked(volume).mean())
