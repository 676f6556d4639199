"""A specimen and a calibrated checkpoint to a forecast of its growth.

The specimen is brought to the model's scale: its boundaries are traced and drawn anew with as many pixels to the mean
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
from graincast.growth.prediction import familiarity
from graincast.growth.prediction.calibration import Calibration
from graincast.growth.trained import Trained
from graincast.material.grains import geometry
from graincast.material.grains.geometry import connected_regions
from graincast.material.networks.rendering import boundary_image, label_map
from graincast.material.networks.tracing import mirrored, trace
from graincast.material.specimens.specimen import Specimen

STEP = 16  # sides of the model's images are a multiple of this: models halve them
FINE = 4.0  # pixels of a traced map to one of the model's; finer ones are thinned
LARGEST_SIDE = 1024  # pixels of the model


@dataclass(frozen=True)
class Scene:
    """A specimen as the model sees it."""

    image: NDArray[np.uint8]  # [P, P]
    grains: NDArray[np.int32]  # [P, P]
    periodic: bool
    pixel: float  # of the user's picture, to one of the model's

    @property
    def shown(self) -> tuple[slice, slice]:
        """The part that is the specimen and no mirror image of it."""
        side = len(self.image) if self.periodic else len(self.image) // 2
        return slice(side), slice(side)


@dataclass(frozen=True)
class Prediction:
    images: NDArray[np.float32]  # [1 + frames, side, side] of the specimen, in 0..1
    grains: NDArray[np.int32]  # [1 + frames, side, side]
    grain_counts: NDArray[np.int64]  # [1 + frames] of the specimen
    mean_radius: NDArray[np.float64]  # [1 + frames] pixels of the user's picture; mirror images count
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    reduced_time: NDArray[np.float64]  # [1 + frames] k t over the mean grain area at first
    time: NDArray[np.float64]  # [1 + frames] k t, square pixels of the user's picture
    strangeness: familiarity.Strangeness


def scene(specimen: Specimen, periodic: bool, known: Calibration, where: str) -> Scene:
    """The specimen drawn at the model's scale."""
    step = max(1, math.floor(math.sqrt(specimen.labels.size / specimen.grains / known.mean_grain_area_px2) / FINE))
    labels = _thinned(specimen.labels, step)
    whole = connected_regions(labels) if periodic else mirrored(labels)[0]
    grains = len(np.unique(whole))
    side = STEP * max(2, round(math.sqrt(grains * known.mean_grain_area_px2) / STEP))
    if side > LARGEST_SIDE:
        most = int((LARGEST_SIDE / (1 if periodic else 2)) ** 2 / known.mean_grain_area_px2)
        raise GraincastError(f"{where}: shows {specimen.grains} grains, expected about {most} at most: crop it")
    network = trace(whole)
    image, drawn = boundary_image(network, (side, side), known.line_width), label_map(network, (side, side))
    numbers = np.unique(drawn, return_inverse=True)[1].reshape(drawn.shape).astype(np.int32)
    user_side = len(labels) * step * specimen.pixel * (1 if periodic else 2)
    return Scene(image, numbers, periodic, user_side / side)


def _thinned(labels: NDArray[np.int32], step: int) -> NDArray[np.int32]:
    """One pixel of each whole block of `step` x `step`."""
    side = len(labels) // step
    inside = (len(labels) - side * step + step) // 2
    chosen = labels[inside::step, inside::step][:side, :side]
    return np.asarray(np.unique(chosen, return_inverse=True)[1].reshape(chosen.shape), np.int32)


def predict(model: Trained, known: Calibration, scene: Scene, frames: int, device: torch.device) -> Prediction:
    """The next `frames` frames of a scene."""
    shown = Sequences(
        torch.from_numpy(scene.image)[None, None].float() / 255, torch.from_numpy(scene.grains)[None, None].long()
    )
    forecast = model.forecast(shown, frames, device)
    maps = np.concatenate([scene.grains[None], forecasts.read(forecast, 0, scene.grains).maps])
    images = np.concatenate([scene.image[None] / np.float32(255), forecast.images[0].numpy()])
    radius = np.array([scene.pixel * float(geometry.equivalent_radii(one).mean()) for one in maps], dtype=np.float64)
    low, high = _band(radius, known)
    reduced_time = known.interval_px2 * np.arange(1 + frames, dtype=np.float64)
    mean_area = maps[0].size / len(np.unique(maps[0]))
    here = (slice(None), *scene.shown)
    counts = np.array([len(np.unique(one)) for one in maps[here]])
    usual = known.periodic if scene.periodic else known.mirrored
    strange = familiarity.strangeness(familiarity.features(scene.grains), usual)
    return Prediction(
        images[here],
        maps[here],
        counts,
        radius,
        low,
        high,
        reduced_time / mean_area,
        scene.pixel**2 * reduced_time,
        strange,
    )


def check_grains_left(prediction: Prediction, scene: Scene, where: str) -> None:
    """An error for a forecast in which one grain fills the field: what it says of sizes is beyond the picture."""
    side = scene.pixel * prediction.grains.shape[-1]
    gone = np.flatnonzero((prediction.grain_counts < 2) | (2 * prediction.mean_radius > side))
    if len(gone):
        frame = int(gone[0])
        few = f"ask for fewer frames (--frames {frame - 1}), or " if frame > 1 else ""
        raise GraincastError(
            f"{where}: {prediction.grain_counts[0]} grains are {prediction.grain_counts[frame]} in frame {frame}, as "
            f"large as the field: {few}look whether the picture is what it was read as (--kind)"
        )


def _band(radius: NDArray[np.float64], known: Calibration) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The band around the radius of each frame: the truth that would make the error as large as its half-width."""
    widths = [0.0, *(math.inf if width is None else width for width in known.half_widths)]
    width = np.array(widths[: len(radius)])
    below = radius / (1 + width)
    above = np.divide(radius, 1 - width, out=np.full(len(radius), np.inf), where=width < 1)
    return below, above
