"""The page's section on data: every stage of the drawn pictures, what is assumed, and credits of measured maps."""

import numpy as np
import pandas as pd

from graincast.report.parts import Part, Picture, Section, Table, Words
from graincast.segmentation.concepts import noise
from graincast.segmentation.concepts import recipe as concepts
from graincast.segmentation.concepts.recipe import SPLITS, Recipe
from graincast.segmentation.figures import stage_pictures

ASSUMED = (
    "The publication's text was available as a digest. Given there: 96 x 496 pixels, 3,000 pictures, lognormal sizes "
    "with a varying mean, circles packed by chance, power diagrams, greys with ties, a second layer, noise of a "
    "variance of up to 0.01, Sobel, Laplacian of Gaussian and Canny. All other numbers are assumptions and stand in "
    "the data set's YAML, which was frozen before any training.",
    "The grains that count are those of the first layer; what shows through from the second is no boundary.",
    "Boundaries are lines one pixel wide in the truth; its 97.23 % of accuracy are undefined, and are a landmark.",
)
SHOWN = 2  # pictures by stages


def section(recipe: Recipe, rows: pd.DataFrame) -> Section:
    """`rows` are measured maps with their licences and credits."""
    numbers = [*recipe.of_split("test")]
    drawn = [(number, concepts.drawn(recipe, number)) for number in numbers[: 4 * SHOWN]]
    by_size = sorted(drawn, key=lambda one: int(one[1].labels.max()))
    chosen = [by_size[0], by_size[-1]] if len(by_size) > 1 else by_size
    seen = [
        (stages, noise.noisy(stages.clean, recipe.noise.variance, np.random.default_rng([number, 1])))
        for number, stages in chosen
    ]
    counts = [int(stages.labels.max()) + 1 for _, stages in chosen]
    picture = Picture(
        "stages",
        stage_pictures.figure(seen),
        "Every stage of the synthetic data, of a picture with few grains and of one with many, then the fused edges.",
        f"Stages of two pictures of {' and '.join(map(str, counts))} grains.",
    )
    sizes = pd.DataFrame(
        [{"split": split, "pictures": len(recipe.of_split(split)), "pixels": _pixels(recipe)} for split in SPLITS]
    )
    parts: list[Part] = [picture, Words(ASSUMED, "list"), Table("drawn", sizes, "Drawn pictures")]
    if not rows.empty:
        parts.append(Table("measured_maps", rows, "Measured maps"))
    return Section("data", "What was drawn, and what is assumed", parts)


def _pixels(recipe: Recipe) -> str:
    return f"{recipe.requirements.height} x {recipe.requirements.width}"
