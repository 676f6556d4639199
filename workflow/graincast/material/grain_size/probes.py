"""Where test lines lie in a field: Heyn's in four directions, Abrams' three circles. In pixels, without chance.

Lines of a direction divide the field evenly, run from edge to edge and through the middles of pixels. Circles of one
centre have circumferences as 3 : 2 : 1; the largest fills its square, and squares fill the field.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SPACING = 0.5  # pixels at most between places at which a line is read


@dataclass(frozen=True)
class Probe:
    """A test line, straight or round: places at equal distances; those of a circle close."""

    places: NDArray[np.float64]  # [n, 2] row and column, of which whole numbers are the middles of pixels
    length: float  # pixels
    direction: int | None = None  # degrees; None: a circle

    @property
    def spacing(self) -> float:
        gaps = len(self.places) if self.direction is None else len(self.places) - 1
        return self.length / gaps


def straight(shape: tuple[int, int], direction: int, count: int) -> list[Probe]:
    """So many lines of 0, 45, 90 or 135 degrees across a map of so many rows and columns."""
    rows, columns = shape
    across = {0: rows, 90: columns}.get(direction, rows + columns - 1)
    offsets = [int((line + 0.5) * across / count) for line in range(count)]
    return [_between(*_ends(rows, columns, direction, offset), direction) for offset in offsets]


def circles(shape: tuple[int, int], squares: int) -> list[Probe]:
    """Three circles in each square, of which so many fill the shorter side of the map."""
    side = min(shape) / squares
    down, across = (int(length / side + 1e-9) for length in shape)
    centres = [
        ((row + 0.5) * shape[0] / down - 0.5, (column + 0.5) * shape[1] / across - 0.5)
        for row in range(down)
        for column in range(across)
    ]
    return [_around(centre, (side - 1) / 2 * part / 3) for centre in centres for part in (3, 2, 1)]


def _ends(rows: int, columns: int, direction: int, offset: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """First and last pixel of the line that is the `offset`th of its direction."""
    if direction == 0:
        return (offset, 0), (offset, columns - 1)
    if direction == 90:
        return (rows - 1, offset), (0, offset)
    first, last = max(0, offset - rows + 1), min(columns - 1, offset)
    if direction == 45:
        return (offset - first, first), (offset - last, last)
    return (rows - 1 - offset + last, last), (rows - 1 - offset + first, first)


def _between(start: tuple[int, int], stop: tuple[int, int], direction: int) -> Probe:
    length = math.dist(start, stop)
    return Probe(np.linspace(start, stop, max(2, math.ceil(length / SPACING) + 1)), length, direction)


def _around(centre: tuple[float, float], radius: float) -> Probe:
    length = 2 * math.pi * radius
    count = max(8, math.ceil(length / SPACING))
    angle = 2 * np.pi * np.arange(count) / count
    return Probe(np.add(centre, radius * np.stack([-np.sin(angle), np.cos(angle)], axis=1)), length)
