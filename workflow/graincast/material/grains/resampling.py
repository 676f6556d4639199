"""Grain maps in another number of pixels: each pixel has the label of the one that its upper left corner lies in."""

import numpy as np
from numpy.typing import NDArray


def resampled(labels: NDArray, shape: tuple[int, ...]) -> NDArray:
    """Maps [..., H, W] in so many rows and columns."""
    rows, columns = (np.arange(wanted) * side // wanted for wanted, side in zip(shape, labels.shape[-2:], strict=True))
    return labels[..., rows[:, None], columns]
