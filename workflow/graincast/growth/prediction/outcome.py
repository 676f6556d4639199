"""What is forecast, a field of view, and what a forecast of it says."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from graincast.base.errors import GraincastError
from graincast.material.grains import field_sizes

if TYPE_CHECKING:
    from graincast.growth.prediction.familiarity import Strangeness


@dataclass(frozen=True)
class FieldOfView:
    """Grains of a field of view."""

    labels: NDArray[np.int32]  # [rows, columns] from 0 on
    periodic: bool  # it is the period of its material
    blur: float  # pixels within which a boundary lies somewhere: 1 between labels, the width of a drawn line

    @property
    def grains(self) -> int:
        return int(self.labels.max()) + 1

    @property
    def mean_area(self) -> float:
        """Of a grain, square pixels; grains that the edge cuts count as they would in their mirror images."""
        counted = self.grains if self.periodic else field_sizes.grains_seen(self.labels)
        return self.labels.size / counted


@dataclass(frozen=True)
class Prediction:
    """Frames of a field; the first is the start."""

    images: NDArray[np.float32] | None  # [frames, H, W] in 0..1, of a model
    grains: NDArray[np.integer]  # [frames, H, W]
    grain_counts: NDArray[np.int64]  # [frames] in the field
    mean_radius: NDArray[np.float64]  # [frames] pixels of the user's picture, as of the material (`field_sizes`)
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    reduced_time: NDArray[np.float64]  # [frames] k t over the mean grain area at first
    time: NDArray[np.float64]  # [frames] k t, square pixels of the user's picture
    strangeness: "Strangeness | None"  # of the field to a model
    pixel: float = 1.0  # of the user's picture, to one of `grains`


def counts(grains: NDArray[np.integer]) -> NDArray[np.int64]:
    """Grains in each of some maps [frames, H, W]."""
    return np.array([np.count_nonzero(np.bincount(one.ravel())) for one in grains])


def check_grains_left(prediction: Prediction, shape: tuple[int, ...], where: str, cure: str) -> None:
    """An error for a forecast whose grains fill the field [rows, columns]: what it says of sizes is beyond it."""
    large = 2 * prediction.mean_radius > min(shape)
    gone = np.flatnonzero((prediction.grain_counts < 2) | large | np.isnan(prediction.mean_radius))
    if len(gone):
        frame = int(gone[0])
        found = f"{prediction.grain_counts[0]} grains are {prediction.grain_counts[frame]} in frame {frame}"
        raise GraincastError(
            f"{where}: {found}, too large for the field: {cure}, or look whether the picture is what it was read as "
            "(--kind)"
        )
