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
    boxes = ndimage.find_objects(labels + 1)
    room = [
        math.prod(side - (along.stop - along.start) for along, side in zip(boxes[one], labels.shape, strict=True))
        for one in inside.tolist()
    ]
    weight = 1.0 / np.array(room)
    return MeanRadius(float(np.average(np.sqrt(area[inside] / np.pi), weights=weight)), len(inside))


def grains_seen(labels: NDArray[np.integer]) -> float:
    """Grains of a field [rows, columns]: one that the edge cuts counts half, in a corner a quarter (Jeffries)."""
    cut = np.zeros(int(labels.max()) + 1)
    for side in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        cut[np.unique(side)] += 1
    return float(np.sum(0.5 ** cut[geometry.areas(labels) > 0]))
