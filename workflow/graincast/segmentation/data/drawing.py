"""Pictures drawn from a recipe, as files hold them."""

from collections.abc import Iterator, Sequence

import numpy as np

from graincast.segmentation.concepts import recipe as concepts
from graincast.segmentation.concepts.recipe import Recipe
from graincast.segmentation.data.known_pictures import GrainPicture


def drawn(recipe: Recipe, numbers: Sequence[int], step: int = 0) -> Iterator[GrainPicture]:
    """Pictures of these numbers, without their noise."""
    for number in numbers:
        stages = concepts.drawn(recipe, number)
        grey = stages.clean.astype(np.float32)
        yield GrainPicture(grey, stages.labels, recipe.noise.variance, number, step)
