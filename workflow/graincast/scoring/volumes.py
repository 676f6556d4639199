"""Numbers and curves of a volume of two phases, by name: what a rebuilt volume is compared with a real one in.

Axes are `along_z`, `along_y` and `along_x`, the order of the array. What each one means stands where it is made.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from graincast.scoring.two_phase import AXES, checked, volume_fraction
from graincast.scoring.volume_correlation import two_point_probability
from graincast.scoring.volume_paths import chord_distribution, chords_along, lineal_path
from graincast.scoring.volume_surface import anisotropy, specific_surface
from graincast.scoring.volume_topology import euler_characteristic, pieces
from graincast.scoring.volume_transport import tortuosity

Floats = NDArray[np.float64]


def descriptors(volume: NDArray[Any]) -> dict[str, float]:
    """Of the phase that is True in booleans [z, y, x]; lengths in voxel sides, surface and Euler number per volume."""
    parts = pieces(checked(volume))
    found = {
        "volume_fraction": volume_fraction(volume),
        "specific_surface": specific_surface(volume),
        "anisotropy": anisotropy(volume),
        "euler_characteristic": euler_characteristic(volume),
        "largest_piece_share": parts.largest_share,
    }
    for name, axis in AXES.items():
        found[f"mean_chord_{name}"] = chords_along(volume, axis).mean
        found[f"percolates_{name}"] = float(parts.through(axis).any())
        found[f"percolating_share_{name}"] = parts.share_through(axis)
        found[f"tortuosity_{name}"] = tortuosity(volume, axis)
    return found


def curves(volume: NDArray[Any], reach: int) -> dict[str, dict[str, Floats]]:
    """Values [reach + 1] at distances or lengths of 0 .. reach voxels, by statistic and then by axis."""
    return {
        "two_point": two_point_probability(volume, reach),
        "lineal_path": {name: lineal_path(volume, axis, reach) for name, axis in AXES.items()},
        "chord_distribution": {name: chord_distribution(volume, axis, reach) for name, axis in AXES.items()},
    }
