"""A grain structure as commands hand it on: grains on a square or cubic grid, with what is known of each."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Microstructure:
    """Grains numbered from 0, in the plane or in space; neither periodic nor mirrored."""

    labels: NDArray[np.int32]  # [rows, columns] or [layers, rows, columns]; rows go down, layers up
    step: float | None = None  # micrometres between neighbouring pixels; None: unknown
    orientations: NDArray[np.float64] | None = None  # [grains, 4] unit quaternions, scalar first: specimen to crystal
    phases: tuple[str, ...] = ()  # the phase of each grain, by its name; empty: not known

    @property
    def grains(self) -> int:
        return int(self.labels.max()) + 1
