"""A set of label maps that is compared with another: the same material, perhaps in other pixels."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graincast.material.grains import geometry
from graincast.material.grains.field_sizes import grains_seen


@dataclass(frozen=True)
class MapSet:
    maps: Sequence[NDArray[np.integer]]  # [rows, columns] each
    periodic: bool
    pixel: float = 1.0  # its side, in a unit of length that sets which are compared have in common

    @property
    def grain_side(self) -> float:
        """Side of the square of mean grain area, in that unit; grains that an edge cuts count half (Jeffries)."""
        grains = sum(len(np.unique(labels)) if self.periodic else grains_seen(labels) for labels in self.maps)
        return self.pixel * math.sqrt(sum(labels.size for labels in self.maps) / grains)


def boundary_image(labels: NDArray[np.integer], periodic: bool) -> NDArray[np.bool_]:
    """Pixels [rows, columns] that share an edge with a pixel of another grain; beyond a field's edge there is none."""
    if periodic:
        return geometry.boundary_pixels(labels)
    return geometry.boundary_pixels(np.pad(labels, 1, mode="edge"))[1:-1, 1:-1]
