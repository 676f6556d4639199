"""Which grains of a map or volume, which ends at its edges, border on each other."""

import numpy as np
from numpy.typing import NDArray

from graincast.material.grains.small_grains import touching_inside


def touching_pairs(labels: NDArray[np.integer]) -> NDArray[np.int64]:
    """Grains that share a pixel's side [pairs, 2], the smaller number first, each pair once."""
    count = int(labels.max()) + 1
    codes = []
    for one, other in touching_inside(labels):
        unlike = one != other
        low = np.minimum(one[unlike], other[unlike]).astype(np.int64)
        codes.append(low * count + np.maximum(one[unlike], other[unlike]))
    return np.stack(np.divmod(np.unique(np.concatenate(codes)), count), axis=1)
