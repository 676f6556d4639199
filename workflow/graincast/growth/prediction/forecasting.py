"""A field of grains and a calibrated checkpoint to a model's forecast of its growth.

The field is brought to the model's scale: its boundaries are traced and drawn anew with as many pixels to the mean
grain as the training images have. One that is not periodic is mirrored at its edges first, so that it is a quarter of
what the model sees. Times are k t: the model's interval in its square pixels is the same in square pixels of the
specimen by the scale alone.
"""

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from graincast.base.errors import GraincastError
from graincast.growth.forecaster import Sequences
from graincast.growth.judging import forecasts
from graincast.growth.prediction import familiarity, outcome
from graincast.growth.prediction.calibration import Calibration
from graincast.growth.prediction.outcome import FieldOfView, Prediction
from graincast.growth.trained import Trained
from graincast.material.grains import field_sizes
from graincast.material.grains.geometry import connected_regions
from graincast.material.grains.numbering import consecutive
from graincast.material.networks.rendering import boundary_image, label_map
from graincast.material.networks.surroundings import mirrored
from graincast.material.networks.tracing import trace

STEP = 16  # sides of the model's images are a multiple of this: models halve them
FINE = 4.0  # pixels of a traced map to one of the model's; finer ones are thinned
LARGEST_SIDE = 1024  # pixels of the model


@dataclass(frozen=True)
class Scene:
    """A specimen as the model sees it."""

    image: NDArray[np.uint8]  # [H, W]
    grains: NDArray[np.int32]  # [H, W]
    periodic: bool
    pixel: float  # of the user's picture, to one of the model's

    @property
    def shown(self) -> tuple[slice, slice]:
        """The part that is the specimen and no mirror image of it."""
        rows, columns = (side if self.periodic else side // 2 for side in self.image.shape)
        return slice(rows), slice(columns)


def scene(field: FieldOfView, known: Calibration, where: str) -> Scene:
    """The field drawn at the model's scale."""
    step = max(1, math.floor(math.sqrt(field.mean_area / known.mean_grain_area_px2) / FINE))
    labels = _thinned(field.labels, step)
    whole = connected_regions(labels) if field.periodic else mirrored(labels)[0]
    scale = math.sqrt(len(np.unique(whole)) * known.mean_grain_area_px2 / whole.size)
    rows, columns = (STEP * max(2, round(scale * side / STEP)) for side in whole.shape)
    if rows * columns > LARGEST_SIDE**2:
        most = int(LARGEST_SIDE**2 / (1 if field.periodic else 4) / known.mean_grain_area_px2)
        raise GraincastError(
            f"{where}: shows {field.grains} grains, expected about {most} at most for a model: crop it, or let the "
            "solver answer (--method solver)"
        )
    network = trace(whole)
    image, drawn = boundary_image(network, (rows, columns), known.line_width), label_map(network, (rows, columns))
    numbers = consecutive(drawn)
    pixel = step * math.sqrt(whole.size / (rows * columns))
    return Scene(image, numbers, field.periodic, pixel)


def _thinned(labels: NDArray[np.int32], step: int) -> NDArray[np.int32]:
    """One pixel of each whole block of `step` x `step`."""
    rows, columns = (side // step for side in labels.shape)
    top, left = ((side % step + step) // 2 for side in labels.shape)
    chosen = labels[top::step, left::step][:rows, :columns]
    return consecutive(chosen)


def predict(model: Trained, known: Calibration, scene: Scene, frames: int, device: torch.device) -> Prediction:
    """The next `frames` frames of a scene."""
    shown = Sequences(
        torch.from_numpy(scene.image)[None, None].float() / 255, torch.from_numpy(scene.grains)[None, None].long()
    )
    forecast = model.forecast(shown, frames, device)
    maps = np.concatenate([scene.grains[None], forecasts.read(forecast, 0, scene.grains).maps])
    images = np.concatenate([scene.image[None] / np.float32(255), forecast.images[0].numpy()])
    reduced_time = known.interval_px2 * np.arange(1 + frames, dtype=np.float64)
    mean_area = maps[0].size / len(np.unique(maps[0]))
    here = (slice(None), *scene.shown)
    means = [field_sizes.mean_radius(one, scene.periodic) for one in maps[here]]
    radius = np.array([scene.pixel * mean.pixels for mean in means])
    low, high = _band(radius, known)
    usual = known.periodic if scene.periodic else known.mirrored
    strange = familiarity.strangeness(familiarity.features(scene.grains), usual)
    return Prediction(
        images[here],
        maps[here],
        outcome.counts(maps[here]),
        radius,
        low,
        high,
        reduced_time / mean_area,
        scene.pixel**2 * reduced_time,
        strange,
        scene.pixel,
    )


def _band(radius: NDArray[np.float64], known: Calibration) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The band around the radius of each frame: the truth that would make the error as large as its half-width."""
    widths = [0.0, *(math.inf if width is None else width for width in known.half_widths)]
    width = np.array(widths[: len(radius)])
    below = radius / (1 + width)
    above = np.divide(radius, 1 - width, out=np.full(len(radius), np.inf), where=width < 1)
    return below, above
