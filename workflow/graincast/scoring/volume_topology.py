"""How a phase of a volume hangs together: Euler characteristic, pieces, and pieces that reach from face to face.

Voxels of the phase are neighbours if they share a face (6), so the other phase's are if they share a face, an edge or a
corner (26): what parts is whole. That is the neighbourhood in which diffusion is solved (`volume_transport`).
Euler characteristic: pieces less tunnels plus cavities, of the phase as it is cut by the volume's edges; cutting makes
pieces of tunnels, so volumes of one size are compared.
"""

import math
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graincast.scoring.two_phase import Volume, checked


def euler_characteristic(volume: NDArray[Any]) -> float:
    """Per voxel: voxels less pairs of neighbours, plus squares of four, less cubes of eight, all of the phase."""
    found = 0
    for extent in product((1, 2), repeat=3):
        whole = checked(volume)
        for axis, side in enumerate(extent):
            if side == 2:
                ahead, behind = (np.moveaxis(whole, axis, 0)[way] for way in (slice(1, None), slice(-1)))
                whole = np.moveaxis(ahead & behind, 0, axis)
        found += (-1) ** extent.count(2) * int(np.count_nonzero(whole))
    return found / volume.size


@dataclass(frozen=True)
class PhasePieces:
    """The pieces of a phase."""

    number: NDArray[np.int32]  # [z, y, x] from 1; 0 in the other phase

    @property
    def largest_share(self) -> float:
        """Share of the phase that is in its largest piece; NaN without the phase."""
        voxels = np.bincount(self.number.ravel())[1:]
        return float(voxels.max() / voxels.sum()) if len(voxels) else math.nan

    def through(self, axis: int) -> Volume:
        """Voxels [z, y, x] of the pieces that touch both faces at the ends of an axis."""
        ends = np.moveaxis(self.number, axis, 0)[[0, -1]]
        both = np.intersect1d(ends[0], ends[1])
        reaching = np.zeros(int(self.number.max()) + 1, bool)
        reaching[both] = True
        reaching[0] = False
        return reaching[self.number]

    def share_through(self, axis: int) -> float:
        """Share of the phase that is in such pieces; NaN without the phase."""
        voxels = np.count_nonzero(self.number)
        return float(np.count_nonzero(self.through(axis)) / voxels) if voxels else math.nan


def pieces(volume: NDArray[Any]) -> PhasePieces:
    """Numbered in the order in which they begin."""
    from scipy import ndimage

    return PhasePieces(ndimage.label(checked(volume))[0])
