"""Canny's detector: lines of steepest slope, linked (IEEE PAMI 8, 679, 1986).

A pixel is on a line where the slope is no smaller than ahead and behind, along its own direction and between pixels,
and is above the higher threshold, or above the lower one and linked to such a pixel (8 neighbours). scikit-image has
the same, and is its twin in the tests; it is a second to import, and not on every machine that a network is trained on.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Floats = NDArray[np.floating]


def lines(down: Floats, right: Floats, low: float, high: float) -> NDArray[np.bool_]:
    """Where lines are [rows, columns], from slopes downwards and to the right; none on the edges of the picture."""
    slope = np.hypot(down, right)
    may_be = _crests(slope, down, right) & (slope >= low)
    may_be[[0, -1]] = may_be[:, [0, -1]] = False
    linked, count = ndimage.label(may_be, np.ones((3, 3)))
    sure = np.zeros(count + 1, bool)
    sure[linked[may_be & (slope >= high)]] = True
    sure[0] = False
    return np.asarray(sure[linked])


def _crests(slope: Floats, down: Floats, right: Floats) -> NDArray[np.bool_]:
    """Where the slope is no smaller than ahead and behind."""
    upright = np.abs(down) > np.abs(right)
    most, least = (np.where(upright, np.abs(one), np.abs(other)) for one, other in ((down, right), (right, down)))
    share = least / np.maximum(most, np.finfo(np.float32).tiny)  # of the diagonal neighbour
    steps = np.sign(down).astype(np.int64), np.sign(right).astype(np.int64)
    straight = np.where(upright, steps[0], 0), np.where(upright, 0, steps[1])
    framed = np.pad(slope, 1)
    rows, columns = np.ogrid[1 : slope.shape[0] + 1, 1 : slope.shape[1] + 1]

    def beside(way: int) -> Floats:
        diagonal = framed[rows + way * steps[0], columns + way * steps[1]]
        ahead = framed[rows + way * straight[0], columns + way * straight[1]]
        return np.asarray(share * diagonal + (1 - share) * ahead)

    return np.asarray((slope > 0) & (slope >= beside(1)) & (slope >= beside(-1)))
