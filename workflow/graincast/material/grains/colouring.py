"""Colours of grains: a few for all, so that no two near grains share one.

Grains take turns in a random order; each takes the colour whose other bearers are farthest from it, and after the
first turn may change its mind. How near two grains are is summed over their pixels, with a weight that falls steeply
with distance, so that touching counts far more than being two grains apart.
"""

import numpy as np
from numpy.typing import NDArray

from graincast.base import compiled
from graincast.base.compiled import kernel

DISTANCES = (1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 11.0, 15.0, 20.0)  # pixels at which a grain looks for others
DIRECTIONS = 12
TURNS = 3
Whole = NDArray[np.int64]
Real = NDArray[np.float64]


def colours(labels: NDArray[np.integer], count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """A colour 0..count - 1 for every grain 0..max of a periodic map [H, W]."""
    pixels = np.argsort(labels, axis=None, kind="stable")
    first = np.searchsorted(labels.ravel()[pixels], np.arange(int(labels.max()) + 2))
    order = rng.permutation(len(first) - 1)
    lots = rng.random((len(order), count))
    margin = int(DISTANCES[-1])
    padded = np.pad(labels.astype(np.int64), margin, mode="wrap")
    rows, columns = np.divmod(pixels, labels.shape[1])
    places = (rows + margin) * padded.shape[1] + columns + margin
    shifts, weights = _surroundings()
    choose = _coloured if compiled.possible() else _coloured_in_arrays
    return choose(padded.ravel(), places, first, shifts @ [padded.shape[1], 1], weights, order, lots)


def _surroundings() -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Shifts [n, 2] to where a pixel looks, each once, and their weights."""
    angles = np.arange(DIRECTIONS) * 2 * np.pi / DIRECTIONS
    rings = np.outer(DISTANCES, np.stack([np.sin(angles), np.cos(angles)])).reshape(-1, 2, DIRECTIONS)
    shifts, kept = np.unique(
        np.round(np.moveaxis(rings, 1, 2).reshape(-1, 2)).astype(np.int64), axis=0, return_index=True
    )
    return shifts, np.repeat(DISTANCES, DIRECTIONS)[kept] ** -6.0


@kernel
def _coloured(
    labels: NDArray[np.int64],
    places: NDArray[np.int64],
    first: NDArray[np.int64],
    shifts: NDArray[np.int64],
    weights: NDArray[np.float64],
    order: NDArray[np.int64],
    lots: NDArray[np.float64],
) -> NDArray[np.int64]:
    """The colour of every grain, from places in a padded flat map, sorted by grain, and shifts within it.

    lots [grains, colours] decide between equals.
    """
    colour = np.full(len(order), -1, np.int64)
    for _ in range(TURNS):
        for grain in order:
            near = 1e-9 * lots[grain]
            for place in places[first[grain] : first[grain + 1]]:
                for index in range(len(shifts)):
                    other = labels[place + shifts[index]]
                    if other != grain and colour[other] >= 0:
                        near[colour[other]] += weights[index]
            colour[grain] = near.argmin()
    return colour


def _coloured_in_arrays(
    labels: Whole, places: Whole, first: Whole, shifts: Whole, weights: Real, order: Whole, lots: Real
) -> Whole:
    """The same, all pixels of a grain at once: as fast as can be where nothing compiles."""
    colour = np.full(len(order), -1, np.int64)
    for _ in range(TURNS):
        for grain in order:
            colour[grain] = -1  # it is no other
            own = places[first[grain] : first[grain + 1]]
            others = colour[labels[own[:, None] + shifts]]
            near = np.bincount(others.ravel() + 1, np.tile(weights, len(own)), lots.shape[1] + 1)[1:]
            colour[grain] = (near + 1e-9 * lots[grain]).argmin()
    return colour
