"""Damage to pictures of boundaries, as first guesses have it: gaps, spurs, islands, shifted pieces.

A strength of 0 is none, 1 is much.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import shift

Mask = NDArray[np.bool_]
GAPS, SPURS, ISLANDS, SHIFTED = 60, 40, 25, 6  # in 10,000 pixels, at most


def damaged(mask: Mask, strength: float, rng: np.random.Generator) -> Mask:
    """A mask [rows, columns] with damage of every kind."""
    found = _shifted(mask, _number(SHIFTED, mask, strength, rng), rng)
    found = _gaps(found, _number(GAPS, mask, strength, rng), rng)
    found = _spurs(found, _number(SPURS, mask, strength, rng), rng)
    return _islands(found, _number(ISLANDS, mask, strength, rng), rng)


def _number(most: int, mask: Mask, strength: float, rng: np.random.Generator) -> int:
    return int(rng.poisson(most * strength * mask.size / 1e4))


def _places(mask: Mask, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Pixels of a mask [count, 2] by chance; none where it has none."""
    at = np.argwhere(mask)
    return at[rng.integers(0, len(at), count)] if len(at) else at


def _gaps(mask: Mask, count: int, rng: np.random.Generator) -> Mask:
    """Pieces of boundaries gone, 3 to 15 pixels long."""
    found = mask.copy()
    for row, column in _places(mask, count, rng).tolist():
        half = int(rng.integers(1, 8))
        found[max(row - half, 0) : row + half + 1, max(column - half, 0) : column + half + 1] = False
    return found


def _spurs(mask: Mask, count: int, rng: np.random.Generator) -> Mask:
    """Straight lines that start on boundaries and end in grains, 4 to 20 pixels long."""
    return _with_strokes(mask, _places(mask, count, rng), rng)


def _islands(mask: Mask, count: int, rng: np.random.Generator) -> Mask:
    """The same that start in grains."""
    return _with_strokes(mask, _places(~mask, count, rng), rng)


def _with_strokes(mask: Mask, places: NDArray[np.int64], rng: np.random.Generator) -> Mask:
    found = mask.copy()
    for place in places:
        angle, long = rng.uniform(0, 2 * np.pi), rng.integers(4, 21)
        way = np.arange(long)[:, None] * np.array([np.sin(angle), np.cos(angle)])
        stroke = np.rint(place + way).astype(int)
        inside = ((stroke >= 0) & (stroke < mask.shape)).all(axis=1)
        found[tuple(stroke[inside].T)] = True
    return found


def _shifted(mask: Mask, count: int, rng: np.random.Generator) -> Mask:
    """Pieces of the picture moved by one to three pixels."""
    found = mask.copy()
    for row, column in _places(mask, count, rng).tolist():
        half = int(rng.integers(4, 14))
        window = np.s_[max(row - half, 0) : row + half, max(column - half, 0) : column + half]
        found[window] = shift(mask[window], rng.integers(-3, 4, 2), order=0, mode="nearest")
    return found
