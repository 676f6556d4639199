"""What a file of a measured microstructure holds, whatever its format: orientations point by point, or ready grains."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NOT_INDEXED = 0  # as a phase


@dataclass(frozen=True)
class Phase:
    name: str
    point_group: str  # Hermann-Mauguin, such as "m-3m"


@dataclass(frozen=True)
class Scan:
    """Orientations on a square grid; a reader brings other grids to one."""

    euler: NDArray[np.float32]  # [rows, columns, 3] Bunge angles phi1, Phi, phi2, radians
    phase: NDArray[np.int16]  # [rows, columns], NOT_INDEXED or a key of `phases`
    phases: dict[int, Phase]
    step: float  # micrometres between neighbouring points
    confidence: NDArray[np.float32] | None  # [rows, columns], larger is surer; None: the format has none
    quality: NDArray[np.float32] | None  # [rows, columns], the pattern quality, as a micrograph; None: there is none
    decisions: tuple[str, ...]  # what the reader had to decide, each in a sentence: units of angles, grid, ...


@dataclass(frozen=True)
class GrainMap:
    """Grains without orientations: a label image or a ready grain map."""

    labels: NDArray[np.int32]  # [rows, columns], a grain's pixels have one number
    step: float | None  # micrometres between neighbouring pixels, if the file says
    decisions: tuple[str, ...]
