"""The boundary image of a label map: 1 on a grain boundary, 0 inside grains, anti-aliased by oversampling.

A fine pixel holds boundary when its right or lower neighbour (periodic) has another label. A coarse pixel is the
share of its fine pixels that do, scaled so that a straight boundary along the grid is 1, and cut off there.
"""

import numpy as np
from numpy.typing import NDArray


def boundary_image(labels: NDArray, oversampling: int) -> NDArray[np.uint8]:
    """Label maps [..., H, W] to images [..., H / oversampling, W / oversampling], 255 for full boundary."""
    fine = (labels != np.roll(labels, -1, axis=-1)) | (labels != np.roll(labels, -1, axis=-2))
    *lead, height, width = fine.shape
    blocks = fine.reshape(*lead, height // oversampling, oversampling, width // oversampling, oversampling)
    share: NDArray[np.float64] = blocks.mean(axis=(-3, -1)) * oversampling
    return np.round(255 * np.minimum(share, 1)).astype(np.uint8)
