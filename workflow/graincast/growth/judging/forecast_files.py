"""Forecasts as a file: made once, by the run that scores them, and read by whoever asks more of them.

It holds, of the frames after the shown ones, what a model's images were scored as and the grain maps that were read in
them or that the model gave, followed from the last shown one; and what the weights say of themselves. Images are in
65535ths, cut to 0..1, which takes a third of the room of single precision: a picture of bytes, as the truth is, comes
back to the bit, any other to 1/131070. Boxes of several sizes stand apart, as in the windows that they are of.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from graincast.base.errors import GraincastError
from graincast.base.storage import read_arrays, write_arrays
from graincast.material.grains import geometry

if TYPE_CHECKING:
    from graincast.growth.judging.forecast_scores import Predicted, Truth

WHITE = 65535  # of a stored image


@dataclass(frozen=True)
class StoredForecast:
    path: Path
    about: dict[str, Any]  # what its weights say of themselves
    simulations: NDArray[np.int64]  # [n], their numbers
    images: NDArray[np.float32]  # [n, frames, H, W] in 0..1
    grains: NDArray[np.unsignedinteger]  # [n, frames, H, W]

    @property
    def inputs(self) -> int:
        """Frames that the model was shown."""
        return int(self.about["training"]["inputs"])


@dataclass(frozen=True)
class TrueFrames:
    """From the last shown frame on."""

    images: NDArray[np.uint8]  # [n, 1 + frames, H, W]
    grains: NDArray[np.unsignedinteger]  # [n, 1 + frames, H, W]


def write(path: Path, about: Mapping[str, Any], boxes: "Mapping[str, Sequence[tuple[int, Predicted, Truth]]]") -> None:
    """Write what was read of the structures of each box, by what the names of the box's arrays begin with."""
    arrays: dict[str, NDArray] = {"about": np.array(json.dumps(about, sort_keys=True))}
    for within, readings in boxes.items():
        simulations, said, _ = zip(*readings, strict=True)
        grains = np.stack([one.maps for one in said])
        arrays[f"{within}simulations"] = np.array(simulations, np.int64)
        arrays[f"{within}images"] = np.stack([_packed(one.images) for one in said])
        arrays[f"{within}grains"] = grains.astype(np.min_scalar_type(grains.max()))
    write_arrays(path, arrays)


def _packed(images: NDArray) -> NDArray[np.uint16]:
    return np.asarray(np.round(np.clip(np.asarray(images, float), 0, 1) * WHITE), np.uint16)


def read(path: Path) -> StoredForecast:
    """The forecasts of structures whose boxes are alike."""
    stored = read_arrays(path, ("about", "simulations", "images", "grains"))
    images = stored["images"].astype(np.float32) / np.float32(WHITE)
    return StoredForecast(path, json.loads(str(stored["about"])), stored["simulations"], images, stored["grains"])


def truth(forecast: StoredForecast, windows: Path) -> TrueFrames:
    """The frames of the windows that a forecast is of."""
    known = read_arrays(windows, ("simulations", "images", "labels"))
    last = slice(forecast.inputs - 1, None)
    images, grains = known["images"][:, last], known["labels"][:, last]
    later = images[:, 1:].shape
    if later != forecast.images.shape or not np.array_equal(known["simulations"], forecast.simulations):
        raise GraincastError(
            f"{forecast.path}: is a forecast {forecast.images.shape} of other structures than those of {windows}, "
            f"which has {later}: delete it and run again"
        )
    return TrueFrames(images, grains)


def radius_biases(forecast: StoredForecast, true: TrueFrames) -> NDArray[np.float64]:
    """Relative errors [n, frames] of the mean grain radius, as the scores have them."""
    return _mean_radii(forecast.grains) / _mean_radii(true.grains[:, 1:]) - 1


def _mean_radii(maps: NDArray[np.integer]) -> NDArray[np.float64]:
    """[n, frames] of maps [n, frames, H, W]."""
    return np.array([[geometry.equivalent_radii(labels).mean() for labels in one] for one in maps])
