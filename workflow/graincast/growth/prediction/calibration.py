"""What a checkpoint must know, beside its weights, to forecast a microstructure of somebody's own.

How wrong its mean grain radius is, by frame, on the validation simulations: split-conformal half-widths of the relative
error (`scores.uncertainty`), which never shrink from frame to frame. What its training structures look like
(`familiarity`): as they are, and cut at the edges of their box and mirrored there, as a specimen is. And its scales:
pixels of its grains and reduced time k t between its frames. All of it stands in the checkpoint's description.
"""

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from graincast.base.errors import GraincastError
from graincast.base.storage import read_arrays
from graincast.growth import trained
from graincast.growth.data.windows import Windows
from graincast.growth.forecaster import Forecast
from graincast.growth.judging import forecasts
from graincast.growth.prediction import familiarity
from graincast.growth.trained import Trained
from graincast.material.networks.tracing import mirrored
from graincast.scoring import uncertainty

LEVEL = 0.9
KEY = "prediction"  # of the checkpoint's description


@dataclass(frozen=True)
class Calibration:
    level: float
    validation_structures: int
    half_widths: tuple[float | None, ...]  # by frame after the shown one; None: too few structures for the level
    interval_px2: float  # k t between frames, square pixels
    interval_reduced: float  # the same over the mean grain area of the first frame
    interval: float  # the same in the data set's unit
    unit: str
    mean_grain_area_px2: float
    mean_grain_diameter_px: float
    line_width: float  # of the boundaries in its images, pixels
    pixels: int  # side of its images
    training_structures: int
    periodic: familiarity.Reference  # of training structures
    mirrored: familiarity.Reference  # of their mirrored boxes

    @property
    def frames(self) -> int:
        """Frames after the shown one."""
        return len(self.half_widths)


def calibrate(model: Trained, train: Windows, validation: Windows, forecast: Forecast, unit: str) -> Calibration:
    """The calibration of a model from the windows it was trained with and its forecast of the validation windows."""
    stored = read_arrays(train.path, ("reduced_times", "times", "line_width"))
    first = train.grains[:, model.inputs - 1].numpy()
    area = float(first.size / sum(len(np.unique(one)) for one in first))
    interval = float(np.mean(np.diff(stored["reduced_times"], axis=1)))
    errors = forecasts.radius_biases(forecast, validation, model.inputs)
    widths = np.maximum.accumulate(uncertainty.half_widths(errors, LEVEL))
    return Calibration(
        level=LEVEL,
        validation_structures=len(validation),
        half_widths=tuple(float(width) if math.isfinite(width) else None for width in widths),
        interval_px2=interval,
        interval_reduced=interval / area,
        interval=float(stored["times"][1] - stored["times"][0]),
        unit=unit,
        mean_grain_area_px2=area,
        mean_grain_diameter_px=2 * math.sqrt(area / math.pi),
        line_width=float(stored["line_width"]),
        pixels=int(first.shape[-1]),
        training_structures=len(first),
        periodic=familiarity.reference([familiarity.features(one) for one in first]),
        mirrored=familiarity.reference([familiarity.features(mirrored(one)[0]) for one in first]),
    )


def described(calibration: Calibration) -> dict[str, Any]:
    """The calibration as a part of a checkpoint's description."""
    return {KEY: dataclasses.asdict(calibration)}


def load(path: Path, device: torch.device) -> tuple[Trained, Calibration]:
    """The model of a calibrated checkpoint."""
    if not path.is_file():
        raise GraincastError(f"{path}: is not there, expected a checkpoint of results/forecasters/ or pretrained/")
    try:
        model = trained.load(path, device)
    except GraincastError as error:
        raise GraincastError(
            f"{path}: is no whole checkpoint of this version, expected one of results/forecasters/ or pretrained/"
        ) from error
    if model.inputs != 1:
        raise GraincastError(f"{path}: its model is shown {model.inputs} frames, expected one: a picture is one frame")
    return model, of(model.about, path)


def of(about: Mapping[str, Any], path: Path) -> Calibration:
    """The calibration that a checkpoint's description holds."""
    if KEY not in about:
        raise GraincastError(
            f"{path}: is not calibrated for prediction (kind: {about.get('kind', 'unknown')}): "
            "take a file of results/forecasters/ or pretrained/"
        )
    try:
        stored = dict(about[KEY])
        stored |= {edges: familiarity.of(stored[edges]) for edges in ("periodic", "mirrored")}
        return Calibration(**{**stored, "half_widths": tuple(stored["half_widths"])})
    except (KeyError, TypeError) as error:
        raise GraincastError(f"{path}: its calibration is of another version ({error}): run calibrate again") from error
