"""What a checkpoint must know, beside its weights, to forecast a microstructure of somebody's own.

How wrong its mean grain radius is, by frame, on the validation simulations: the band of `judging.bands`, which the page
tests. What its training structures look like (`familiarity`): as they are, and cut at the edges of their box and
mirrored there, as a specimen is. And its scales: pixels of its grains and reduced time k t between its frames. All of
it stands in the checkpoint's description.
"""

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from graincast.base.errors import GraincastError
from graincast.base.storage import read_arrays
from graincast.growth.judging import bands, forecast_files
from graincast.growth.judging.forecast_files import StoredForecast
from graincast.growth.prediction import familiarity
from graincast.material.networks.surroundings import mirrored

if TYPE_CHECKING:
    import torch

    from graincast.growth.trained import Trained

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


def calibrate(forecast: StoredForecast, validation: Path, train: Path, unit: str) -> Calibration:
    """The calibration of a model from its forecast of the validation windows and the windows it was trained on."""
    stored = read_arrays(train, ("labels", "reduced_times", "times", "line_width"))
    first = stored["labels"][:, forecast.inputs - 1]
    area = float(first.size / sum(len(np.unique(one)) for one in first))
    interval = float(np.mean(np.diff(stored["reduced_times"], axis=1)))
    errors = forecast_files.radius_biases(forecast, forecast_files.truth(forecast, validation))
    widths = bands.half_widths(errors)
    return Calibration(
        level=bands.LEVEL,
        validation_structures=len(errors),
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


def load(path: Path, device: "torch.device") -> "tuple[Trained, Calibration]":
    """The model of a calibrated checkpoint."""
    from graincast.growth import trained  # torch: calibrating takes two seconds less without

    if not path.is_file():
        raise GraincastError(f"{path}: is not there, expected a checkpoint of results/growth/forecasters/")
    try:
        model = trained.load(path, device)
    except GraincastError as error:
        raise GraincastError(
            f"{path}: is no whole checkpoint of this version, expected one of results/growth/forecasters/"
        ) from error
    if model.inputs != 1:
        raise GraincastError(f"{path}: its model is shown {model.inputs} frames, expected one: a picture is one frame")
    return model, of(model.about, path)


def of(about: Mapping[str, Any], path: Path) -> Calibration:
    """The calibration that a checkpoint's description holds."""
    if KEY not in about:
        raise GraincastError(
            f"{path}: is not calibrated for prediction (kind: {about.get('kind', 'unknown')}): "
            "take a file of results/growth/forecasters/"
        )
    try:
        stored = dict(about[KEY])
        stored |= {edges: familiarity.of(stored[edges]) for edges in ("periodic", "mirrored")}
        return Calibration(**{**stored, "half_widths": tuple(stored["half_widths"])})
    except (KeyError, TypeError) as error:
        raise GraincastError(f"{path}: its calibration is of another version ({error}): run calibrate again") from error
