"""Grains of periodic label maps: area, equivalent circle radius, neighbours.

The equivalent circle radius is R = sqrt(A / pi). Two grains are neighbours when two of their pixels share an edge.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from skimage import measure


def areas(labels: NDArray[np.integer]) -> NDArray[np.int64]:
    """Pixels of every label 0..max in a map; 0 for labels that are absent."""
    return np.bincount(labels.ravel())


def equivalent_radii(labels: NDArray[np.integer]) -> NDArray[np.float64]:
    """Equivalent circle radii of the grains present, in pixels of the map."""
    area = areas(labels)
    return np.sqrt(area[area > 0] / np.pi)


def sides(labels: NDArray[np.integer]) -> NDArray[np.int64]:
    """Number of neighbours of every label 0..max in a periodic map; 0 for labels that are absent."""
    count = int(labels.max()) + 1
    pairs = [np.stack([labels.ravel(), np.roll(labels, -1, axis).ravel()]) for axis in (0, 1)]
    one, other = np.concatenate(pairs, axis=1).astype(np.int64)
    lower, upper = np.minimum(one, other), np.maximum(one, other)
    met = np.unique(lower[lower != upper] * count + upper[lower != upper])
    return np.bincount(met // count, minlength=count) + np.bincount(met % count, minlength=count)


def connected_regions(labels: NDArray[np.integer]) -> NDArray[np.int32]:
    """Number the regions of equal label (4 neighbours, periodic edges too) from 0; no label is negative."""
    regions = measure.label(labels, connectivity=1, background=-1) - 1
    edges = [
        (regions[0], regions[-1], labels[0] == labels[-1]),
        (regions[:, 0], regions[:, -1], labels[:, 0] == labels[:, -1]),
    ]
    one = np.concatenate([first[same] for first, _, same in edges])
    other = np.concatenate([last[same] for _, last, same in edges])
    count = regions.max() + 1
    joined = coo_matrix((np.ones(len(one)), (one, other)), shape=(count, count))
    numbers: NDArray[np.int32] = connected_components(joined, directed=False)[1]
    return np.asarray(numbers[regions])
