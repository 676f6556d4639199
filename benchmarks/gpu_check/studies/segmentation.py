"""Segmentation's part of the check: pictures of the study's data set at another size; losses on unseen pictures.

Pictures are drawn with numba before they travel; edges are found with SciPy, so a lent machine lacks nothing. What is
timed is what a model says of a batch of pictures.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from gpu_check import of_batches
from gpu_check.of_batches import stretched as stretched  # as a part offers it
from gpu_check.preparing import Judged, Sizes

BATCH = 8


def models(section: Mapping[str, Any]) -> Sequence[str]:
    """Those of all kinds."""
    return [*section["guessers"], *section["repairers"], *section["partitioners"]]


def make(section: Mapping[str, Any], sizes: Sizes, folder: Path) -> str:
    """The data set of the study, in squares of so many pixels."""
    from graincast.segmentation.concepts import recipe as concepts
    from graincast.segmentation.concepts.recipe import Pictures
    from graincast.segmentation.concepts.requirements import Requirements
    from graincast.segmentation.data import drawing, known_pictures

    name = section["dataset"]
    given = concepts.load(Path(f"config/segmentation/datasets/{name}.yaml"))
    recipe = replace(
        given,
        requirements=Requirements(sizes.pixels, sizes.pixels),
        pictures=Pictures(sizes.train, sizes.validation, sizes.test),
    )
    for split in concepts.SPLITS:
        known_pictures.write(folder / f"{split}.npz", drawing.drawn(recipe, recipe.of_split(split)))
    return f"{name}_{sizes.pixels}"


def judge(weights: Path, test: Path, device: torch.device) -> Judged:
    """Its loss on the middles of test pictures, and what it says of one."""
    from graincast.base import checkpoint
    from graincast.segmentation import trained
    from graincast.segmentation.contract import Model
    from graincast.segmentation.data import crops
    from graincast.segmentation.data.crops import CropCut

    model = trained.loaded(weights, device, Model)  # type: ignore[type-abstract]
    training = checkpoint.load(weights)[1]["training"]
    data = crops.load(test, CropCut(training["rows"], training["columns"], 0.0), BATCH, BATCH)
    rows = list(of_batches.losses(model, data, device))
    batch = data.unchanged(data.in_order()[0]).to(device)

    def said() -> int:
        with torch.no_grad():
            model.boundaries(batch)
        return len(batch)

    return Judged(rows, said)
