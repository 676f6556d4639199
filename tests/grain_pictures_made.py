"""Pictures whose grains are known, and small models of the segmentation study with weights drawn from a seed."""

import dataclasses

import numpy as np
import torch

from conftest import PROJECT
from graincast.base import checkpoint
from graincast.segmentation import training_section
from graincast.segmentation.concepts.circles import Packing
from graincast.segmentation.concepts.depth import Depth
from graincast.segmentation.concepts.greys import Greys
from graincast.segmentation.concepts.noise import Noise
from graincast.segmentation.concepts.recipe import Pictures, Recipe
from graincast.segmentation.concepts.requirements import Requirements
from graincast.segmentation.concepts.sizes import Sizes
from graincast.segmentation.data import drawing
from graincast.segmentation.data.known_pictures import GrainPicture

EASY = Recipe(
    Requirements(96, 128),
    Sizes(24.0, 1.0, 0.2),
    Packing(0.1, 60),
    Greys(0.1, 0.9, 0.0),
    Depth(0.0, 0.3),
    Noise(0.0, 0.0),
    Pictures(4, 1, 2),
    seed=7,
)
SMALL = {kind: f"tiny_{kind}" for kind in ("net1", "net2", "affinities")}


def drawn(number=0, **changed):
    """An easy picture: large grains of plain greys; `changed` are other stages of its recipe."""
    return next(iter(drawing.drawn(dataclasses.replace(EASY, **changed), [number])))


def painted(labels, levels, variance=0.0):
    """A picture of these grains with these greys."""
    labels = np.asarray(labels, np.int32)
    return GrainPicture(np.asarray(levels, np.float32)[labels], labels, variance, 0)


def cells(down, across, side):
    """Square grains [down * side, across * side], numbered row by row."""
    numbers = np.arange(down * across, dtype=np.int32).reshape(down, across)
    return numbers.repeat(side, axis=0).repeat(side, axis=1)


def spec(kind):
    """What the YAML of a small model says."""
    return training_section.load(PROJECT / f"config/segmentation/models/{SMALL[kind]}.yaml")


def model(kind, seed=0):
    """A small model with weights from a seed."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return spec(kind).build(SMALL[kind]).eval()


def saved(folder, kind, **about):
    """The checkpoint of a small model."""
    described = spec(kind)
    path = folder / f"{kind}.safetensors"
    whose = {"study": "segmentation", "model": described.model, "settings": described.settings}
    checkpoint.save(path, model(kind).state_dict(), {**whose, **about})
    return path
