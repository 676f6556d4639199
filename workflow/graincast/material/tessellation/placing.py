"""Random seeds for cells of given areas: discs are placed at random, largest first, so that they overlap little.

A disc covers a share of its cell's area. What is covered is kept as a fine periodic raster, on which a disc tries
random spots until it finds a free one; after a bounded number of draws it takes the one where it overlaps least.
"""

import numpy as np
from numpy.typing import NDArray

from graincast.base.compiled import kernel

COVER = 0.5  # area of a disc over that of its cell
PIXELS = 4  # along the side of a cell of mean area
DRAWS = 64


def placed(areas: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Positions [cells, 2] in the box that cells of such areas fill."""
    side = np.sqrt(areas.sum())
    width = int(np.ceil(PIXELS * np.sqrt(len(areas))))
    radii = np.sqrt(COVER * areas / np.pi) * width / side
    covered = np.zeros((width, width), np.bool_)
    pixels = np.empty((len(areas), 2))
    place_all(np.argsort(-areas, kind="stable"), radii, covered, pixels, rng)
    position: NDArray[np.float64] = pixels * side / width
    return position


@kernel
def place_all(
    order: NDArray[np.int64],
    radii: NDArray[np.float64],
    covered: NDArray[np.bool_],
    position: NDArray[np.float64],
    rng: np.random.Generator,
) -> None:
    """Place discs in the given order; lengths in pixels."""
    for disc in order:
        x, y = best_spot(radii[disc], covered, rng)
        position[disc, 0] = x
        position[disc, 1] = y
        cover(x, y, radii[disc], covered)


@kernel
def best_spot(radius: float, covered: NDArray[np.bool_], rng: np.random.Generator) -> tuple[float, float]:
    """The first random spot where a disc overlaps nothing, else the one where it overlaps least."""
    width = len(covered)
    best_x, best_y, least = 0.0, 0.0, width * width + 1
    for _ in range(DRAWS):
        x, y = rng.random() * width, rng.random() * width
        overlap = overlapped(x, y, radius, covered, least)
        if overlap < least:
            best_x, best_y, least = x, y, overlap
        if least == 0:
            break
    return best_x, best_y


@kernel
def overlapped(x: float, y: float, radius: float, covered: NDArray[np.bool_], enough: int) -> int:
    """Covered pixels below a disc, counted up to `enough`."""
    width, count = len(covered), 0
    for row in range(int(np.floor(y - radius)), int(np.floor(y + radius)) + 1):
        for column in range(int(np.floor(x - radius)), int(np.floor(x + radius)) + 1):
            inside = (row + 0.5 - y) ** 2 + (column + 0.5 - x) ** 2 <= radius * radius
            if inside and covered[row % width, column % width]:
                count += 1
                if count >= enough:
                    return count
    return count


@kernel
def cover(x: float, y: float, radius: float, covered: NDArray[np.bool_]) -> None:
    """Mark the pixels below a disc."""
    width = len(covered)
    for row in range(int(np.floor(y - radius)), int(np.floor(y + radius)) + 1):
        for column in range(int(np.floor(x - radius)), int(np.floor(x + radius)) + 1):
            if (row + 0.5 - y) ** 2 + (column + 0.5 - x) ** 2 <= radius * radius:
                covered[row % width, column % width] = True
