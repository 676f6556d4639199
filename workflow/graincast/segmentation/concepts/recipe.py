"""Pictures drawn from concepts: the stages one after the other, each from a chance of its own.

So a setting of one stage changes nothing of the stages before it, nor of what later ones draw by chance: all else is
alike.
"""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graincast.base import specs
from graincast.base.errors import GraincastError
from graincast.segmentation.concepts import circles, depth, diagram, greys, noise, sizes
from graincast.segmentation.concepts.circles import Packing
from graincast.segmentation.concepts.depth import Depth
from graincast.segmentation.concepts.greys import Greys
from graincast.segmentation.concepts.noise import Noise
from graincast.segmentation.concepts.requirements import Requirements
from graincast.segmentation.concepts.sizes import Sizes

SPLITS = ("train", "validation", "test")
STAGES = ("sizes", "packing", "greys", "depth", "sizes below", "packing below", "greys below")


@dataclass(frozen=True)
class Pictures:
    """How many."""

    train: int
    validation: int
    test: int

    def __post_init__(self) -> None:
        if min(self.train, self.validation, self.test) < 1:
            raise ValueError("expected one picture or more for each of 'train', 'validation' and 'test'")

    @property
    def total(self) -> int:
        return self.train + self.validation + self.test


@dataclass(frozen=True)
class Recipe:
    requirements: Requirements
    sizes: Sizes
    packing: Packing
    greys: Greys
    depth: Depth
    noise: Noise
    pictures: Pictures
    seed: int

    def of_split(self, split: str) -> range:
        """Numbers of its pictures."""
        counts = [getattr(self.pictures, name) for name in SPLITS]
        first = sum(counts[: SPLITS.index(split)])
        return range(first, first + counts[SPLITS.index(split)])


@dataclass(frozen=True)
class Stages:
    """One picture as each stage leaves it; all of the same pixels [rows, columns]."""

    circles: NDArray[np.float64]  # [grains, 3] row, column, radius
    labels: NDArray[np.int32]
    flat: NDArray[np.float64]  # a grey a grain
    through: NDArray[np.float64]  # weight of the layer below
    below: NDArray[np.float64]  # that layer
    layered: NDArray[np.float64]
    clean: NDArray[np.float64]  # through the optics, without noise


def load(path: Path) -> Recipe:
    """The recipe that a YAML file describes."""
    return specs.load(path, Recipe)


def turned(path: Path, key: str, value: float) -> Recipe:
    """The same with another value of one setting, called SECTION.SETTING."""
    values = specs.read_yaml(path)
    section, _, setting = key.partition(".")
    if not isinstance(values.get(section), dict) or setting not in values[section]:
        raise GraincastError(f"{path}: has no setting '{key}' to turn (SECTION.SETTING, such as noise.variance)")
    whole = isinstance(values[section][setting], int)
    values[section] = {**values[section], setting: int(value) if whole and value == int(value) else value}
    return specs.build(values, Recipe, f"{path}, {key} = {value:g}")


def drawn(recipe: Recipe, number: int) -> Stages:
    """Picture number `number`, stage by stage, without noise."""
    chance = {name: np.random.default_rng([recipe.seed, number, at]) for at, name in enumerate(STAGES)}
    shape = recipe.requirements.shape
    circles, labels = _layer(recipe, chance["sizes"], chance["packing"])
    flat = greys.levels(recipe.greys, labels, chance["greys"])[labels]
    _, labels_below = _layer(recipe, chance["sizes below"], chance["packing below"])
    below = greys.levels(recipe.greys, labels_below, chance["greys below"])[labels_below]
    grain_px = math.sqrt(labels.size / (int(labels.max()) + 1))
    through = depth.weights(recipe.depth, shape, grain_px, chance["depth"])
    layered = (1 - through) * flat + through * below
    return Stages(circles, labels, flat, through, below, layered, noise.blurred(recipe.noise, layered))


def _layer(
    recipe: Recipe, of_sizes: np.random.Generator, of_places: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Circles [grains, 3] and the grains of one layer; circles lie beyond the edges of the picture too."""
    edge = 0.6 * recipe.sizes.most_mean_px
    rows, columns = (side + 2 * edge for side in recipe.requirements.shape)
    radii = sizes.radii(recipe.sizes, rows * columns, of_sizes)
    centres = circles.centres(recipe.packing, radii, (rows, columns), of_places) - edge
    return np.column_stack([centres, radii]), diagram.labels(centres, radii, recipe.requirements.shape)
