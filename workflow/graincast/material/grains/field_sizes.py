"""The mean grain radius of a material from a field of view that cuts grains at its edges.

A grain that lies wholly inside a field W x H counts with 1 / ((W - w) (H - h)), w x h being the box around it: the
inverse of its chance of lying wholly inside. Grains that the edge cuts do not count; so the mean is that of the
material (Miles, J. Microsc. 113, 257, 1978).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from graincast.material.grains import geometry


@dataclass(frozen=True)
class MeanRadius:
    pixels: float  # NaN where no grain counts
    counted: int  # grains


def mean_radius(labels: NDArray[np.integer], periodic: bool) -> MeanRadius:
    """Of the grains of a field [rows, columns]; all of them count if it is the period of its material."""
    if periodic:
        radii = geometry.equivalent_radii(labels)
        return MeanRadius(float(radii.mean()), len(radii))
    area = geometry.areas(labels)
    area[geometry.on_edge(labels)] = 0
    inside = np.flatnonzero(area)
    if not len(inside):
        return MeanRadius(math.nan, 0)
    room = [side - extent for extent, side in zip(extents(labels), labels.shape, strict=True)]
    weight = 1.0 / np.prod(room, axis=0)[inside]
    return MeanRadius(float(np.average(np.sqrt(area[inside] / np.pi), weights=weight)), len(inside))


def extents(labels: NDArray[np.integer]) -> NDArray[np.int64]:
    """Pixels [axes, labels] of the box around each label 0..max of a map or volume; 0 for labels that are absent."""
    boxes = [box or (slice(0, 0),) * labels.ndim for box in ndimage.find_objects(labels.astype(np.int32) + 1)]
    return np.array([[along.stop - along.start for along in box] for box in boxes], np.int64).T


def grains_seen(labels: NDArray[np.integer]) -> float:
    """Grains of a field [rows, columns]: one that the edge cuts counts half, in a corner a quarter (Jeffries)."""
    cut = np.zeros(int(labels.max()) + 1)
    for side in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        cut[np.unique(side)] += 1
    return float(np.sum(0.5 ** cut[geometry.areas(labels) > 0]))
