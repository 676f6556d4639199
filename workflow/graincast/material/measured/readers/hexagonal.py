"""A hexagonal grid brought to a square one: each square point is what its nearest measured point is."""

import math

import numpy as np
from numpy.typing import NDArray

from graincast.base.errors import GraincastError

ASPECT = math.sqrt(3) / 2  # distance of rows over distance of points in a row
SAME_ASPECT = 0.02


def points(rows: int, odd: int, even: int) -> int:
    """How many points a grid has whose first row has `odd` points and whose second has `even`."""
    return (rows + 1) // 2 * odd + rows // 2 * even


def check(where: str, odd: int, even: int, step_x: float, step_y: float) -> None:
    if not abs(step_y - ASPECT * step_x) <= SAME_ASPECT * abs(step_x):
        raise GraincastError(
            f"{where}, XSTEP and YSTEP: {step_x:.6g} and {step_y:.6g} um, "
            f"expected YSTEP to be {ASPECT:.4f} XSTEP on a hexagonal grid"
        )
    if not 0 <= odd - even <= 1:
        raise GraincastError(f"{where}, NCOLS_ODD and NCOLS_EVEN: {odd} and {even}, expected as many, or one more")


def square(rows: int, columns: int, ratio: float) -> tuple[int, int]:
    """Rows and columns of the square grid of the same step over the same field; `ratio` is YSTEP / XSTEP."""
    return math.floor((rows - 1) * ratio) + 1, columns


def positions(rows: int, odd: int, even: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Row, and place along the row in steps, of every point [n]."""
    counts = np.where(np.arange(rows) % 2 == 0, odd, even)
    row = np.repeat(np.arange(rows), counts)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    return row, np.arange(row.size) - first + (row % 2) / 2


def nearest(rows: int, odd: int, even: int, ratio: float) -> NDArray[np.int64]:
    """Number of the measured point nearest to every point of the square grid [rows, columns]."""
    squares, columns = square(rows, odd, ratio)
    high = np.arange(squares)[:, None]
    along = np.arange(columns)[None, :]
    lower = np.minimum(np.floor(high / ratio).astype(np.int64), rows - 1)
    below, below_distance = _in_row(lower, high, along, odd, even, ratio)
    above, above_distance = _in_row(np.minimum(lower + 1, rows - 1), high, along, odd, even, ratio)
    return np.where(above_distance < below_distance, above, below)


def _in_row(
    row: NDArray[np.int64], high: NDArray, along: NDArray, odd: int, even: int, ratio: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The point of a row nearest to each square point, and the square of its distance in steps."""
    shifted = row % 2
    column = np.minimum(along, np.where(shifted, even, odd) - 1)
    distance = (along - column - shifted / 2) ** 2 + (high - row * ratio) ** 2
    first = (row + 1) // 2 * odd + row // 2 * even
    return first + column, distance
