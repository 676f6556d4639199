"""What segmentation learns: crops of pictures, by models that say what their loss is."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graincast.segmentation import training_section
from graincast.segmentation.contract import Model
from graincast.segmentation.data import crops
from graincast.segmentation.data.crops import CropCut, Crops, PictureCrops
from graincast.segmentation.training_section import Training
from graincast.training.plain import Pace, Plain
from graincast.training.spec import ModelSpec

ABOUT = {"normalisation": "greys and colours in 0..1, edges as segmentation.edges finds them"}
SHOWN = 3  # crops of a picture to look at
spec = training_section.load


def load(path: Path, training: Training) -> PictureCrops:
    """The pictures of a split, by the crop."""
    cut = CropCut(training.rows, training.columns, training.looks, training.zoom)
    return crops.load(path, cut, training.batch, training.an_epoch)


def learner(spec: ModelSpec, where: str) -> Plain:
    """The learner of a model with fresh weights."""
    training: Training = spec.training
    pace = Pace(training.learning_rate, training.gradient_clip, training.average)
    return Plain(spec.build(where), pace, picture=picture)


def picture(model: Model, batch: Crops) -> NDArray:
    """Some crops of a batch, and below each where the model sees boundaries."""
    shown = batch.some(slice(SHOWN))
    colours = np.moveaxis(shown.seen[:, : crops.COLOURS].float().cpu().numpy(), 1, -1)
    found = model.boundaries(shown).float().cpu().numpy()[..., None].repeat(crops.COLOURS, axis=-1)
    return np.asarray(np.clip(np.vstack([np.hstack(list(colours)), np.hstack(list(found))]), 0, 1))
