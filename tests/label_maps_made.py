"""Label maps whose statistics are known: hexagons, stripes, diagrams of points, and structures that the solver grew."""

from functools import cache

import numpy as np
from scipy.spatial import cKDTree

from graincast.material.networks.rendering import label_map
from graincast.material.solvers import front_tracking
from graincast.material.structures import lognormal

GROWN = 0.4  # k t in mean grain areas of the start: half of the grains are gone


def voronoi(rows, columns, grains, seed):
    """A periodic Poisson-Voronoi diagram [rows, columns]."""
    seeds = np.random.default_rng(seed).random((grains, 2)) * [rows, columns]
    return of_seeds(seeds, rows, columns)


def of_seeds(seeds, rows, columns):
    """Grains of pixels [rows, columns] nearest to the same seed [grains, 2], y and x, in a periodic box."""
    y, x = np.mgrid[:rows, :columns] + 0.5
    nearest = cKDTree(seeds, boxsize=(rows, columns)).query(np.stack([y.ravel(), x.ravel()], axis=1))[1]
    return np.unique(nearest, return_inverse=True)[1].reshape(rows, columns).astype(np.int32)


def hexagons(across, side):
    """A periodic lattice of across x across hexagons; neighbours in a row are `side` px apart."""
    height = round(side * np.sqrt(3) / 2)
    row, column = np.mgrid[:across, :across]
    seeds = np.stack([(row + 0.5) * height, ((column + 0.5 * (row % 2) + 0.25) * side)], axis=-1).reshape(-1, 2)
    return of_seeds(seeds + 0.01, across * height, across * side)


def columns_of(width, count, rows=24):
    """Stripes of equal width along y."""
    return np.tile(np.repeat(np.arange(count, dtype=np.int32), width), (rows, 1))


@cache
def grown(seed, pixels=128, grains=150):
    """A grown structure in a periodic box [pixels, pixels]. Never changed."""
    start = lognormal.network(lognormal.Settings(grains, 0.35), np.random.default_rng(seed))
    network = front_tracking.evolve(start, front_tracking.Settings(0.2), np.array([GROWN])).networks[0]
    labels = label_map(network, (pixels, pixels))
    return np.unique(labels, return_inverse=True)[1].reshape(labels.shape).astype(np.int32)
