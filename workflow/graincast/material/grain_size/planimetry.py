"""Jeffries' planimetric count: grains inside the field and half of those that its edge cuts, per area of the field.

The field is the whole map. Assumption: a grain in a corner is half a grain as on the edge (Saltykov's rectangle takes
a quarter: one grain less in all). Fewer than 50 grains in a field are too few (ASTM E112, as quoted).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graincast.material.grain_size import number
from graincast.material.grains.geometry import on_edge

FEWEST_GRAINS = 50


@dataclass(frozen=True)
class Planimetry:
    """What was counted in one field."""

    inside: int
    cut: int  # by the edge of the field
    area_mm2: float

    @property
    def counted(self) -> float:
        return self.inside + self.cut / 2

    @property
    def grains_per_mm2(self) -> float:
        return self.counted / self.area_mm2

    @property
    def number(self) -> float:
        return number.of_density(self.grains_per_mm2)

    @property
    def inadequate(self) -> str:
        """Why this field alone is too small, or nothing."""
        if self.counted >= FEWEST_GRAINS:
            return ""
        return f"inadequate: {self.counted:g} grains, expected {FEWEST_GRAINS} or more in a field"


def planimetry(labels: NDArray[np.integer], step_um: float) -> Planimetry:
    """The count on a map [rows, columns] of so many micrometres a pixel."""
    present = int(np.count_nonzero(np.bincount(labels.ravel())))
    cut = len(on_edge(labels))
    return Planimetry(present - cut, cut, labels.size * (step_um / number.UM_PER_MM) ** 2)
