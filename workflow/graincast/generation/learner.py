"""What generation learns: patches of distance maps, by models that say what their loss is."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graincast.generation import training_section
from graincast.generation.contract import Model
from graincast.generation.data import patches
from graincast.generation.data.patches import FieldPatches, PatchCut, Patches
from graincast.generation.training_section import Training
from graincast.training import batch_statistics
from graincast.training.plain import Pace, Plain
from graincast.training.spec import ModelSpec

ABOUT = {"normalisation": "distances from the nearest boundary in pixels"}
spec = training_section.load


def load(path: Path, training: Training) -> FieldPatches:
    """The fields of a split, by the patch."""
    return patches.load(
        path, PatchCut(training.patch, training.zoom, training.grain_px), training.batch, training.an_epoch
    )


def learner(spec: ModelSpec, where: str) -> Plain:
    """The learner of a model with fresh weights."""
    return of_model(spec.build(where), spec.training)


def of_model(model: Model, training: Training) -> Plain:
    """The learner of a model; its batch statistics, if it has any, are declared."""
    pace = Pace(training.learning_rate, training.gradient_clip, training.average)
    return Plain(model, pace, picture=picture, statistics=batch_statistics.running)


def picture(model: Model, batch: Patches) -> NDArray | None:
    """Some patches of a batch, and below them what the model makes of them."""
    shown = batch.some(slice(4))
    pair = [np.hstack(list(images[:, 0].float().cpu().numpy())) for images in (shown.distance, model.redrawn(shown))]
    both = np.vstack(pair)
    return np.asarray(np.clip(both / max(float(pair[0].max()), 1.0), 0, 1))
