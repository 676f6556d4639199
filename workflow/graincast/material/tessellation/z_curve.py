"""The Z-curve (Morton order): points that stand near each other in the plane mostly stand near each other on it."""

import numpy as np
from numpy.typing import NDArray

BITS = 16  # a coordinate


def z_order(position: NDArray[np.float64]) -> NDArray[np.uint64]:
    """Place [points] along the curve of points [points, 2] within the unit square."""
    cell = np.clip(position * 2**BITS, 0, 2**BITS - 1).astype(np.uint64)
    return _spread(cell[:, 0]) | _spread(cell[:, 1]) << np.uint64(1)


def _spread(bits: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """A zero between any two bits."""
    for step, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        bits = (bits | bits << np.uint64(step)) & np.uint64(mask)
    return bits
