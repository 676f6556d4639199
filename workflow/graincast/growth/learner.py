"""What growth learns: forecasts of windows, by models that say what their loss is."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from graincast.growth import stages
from graincast.growth.data import windows
from graincast.growth.data.lessons import Exercise, Lessons
from graincast.growth.forecaster import Forecaster, Lesson
from graincast.growth.stages import Training
from graincast.training.data import Chances
from graincast.training.plain import Pace, Plain
from graincast.training.spec import ModelSpec

ABOUT = {"normalisation": "boundary images in 0..1, 1 on the boundary"}
spec = stages.load


def load(path: Path, training: Training) -> Lessons:
    """The windows of a split as lessons."""
    return Lessons(windows.load(path), training)


def learner(spec: ModelSpec, where: str) -> Plain:
    """The learner of a forecaster with fresh weights."""
    return of_model(spec.build(where), spec.training)


def of_model(model: Forecaster, training: Training) -> Plain:
    """The learner of a forecaster."""
    return Plain(model, Pace(training.learning_rate, training.gradient_clip), loss, picture)


def loss(model: Forecaster, batch: Exercise, chances: Chances) -> Tensor:
    """What the forecaster says of each sequence, [b]."""
    return model.loss(batch.sequences, Lesson(batch.inputs, batch.forcing, chances))


def picture(model: Forecaster, batch: Exercise) -> NDArray | None:
    """The frames of a batch's first sequence after the shown ones: the truth, and below it the forecast."""
    first = batch.sequences.some(slice(1))
    later = first.images[0, batch.inputs :]
    if not len(later):
        return None
    forecast = model.forecast(first.frames(slice(batch.inputs)), len(later)).images[0]
    rows = [np.hstack(list(frames.float().cpu().numpy())) for frames in (later, forecast)]
    return np.vstack(rows)
