"""Generation's part of the check: fields of the study's data set at another size; losses on unseen patches.

What a lent machine may lack, numba and scikit-image, is what grains are read with: so models are judged by their loss
on the test split's patches, an autoencoder by its squared error too, and what is timed is what they draw.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from gpu_check import of_batches
from gpu_check.of_batches import stretched as stretched  # as a part offers it
from gpu_check.preparing import Judged, Sizes

from graincast.base import command

TOGETHER = 64  # patches that a card decodes at once when time is taken
SIDE = 512  # pixels of the field that a generator draws when time is taken on a card; an eighth of it on a processor
BATCH = 16


def models(section: Mapping[str, Any]) -> Sequence[str]:
    """Those of both kinds."""
    return [*section["autoencoders"], *section["generators"]]


def make(section: Mapping[str, Any], sizes: Sizes, folder: Path) -> str:
    """The data set that the study characterises, with as many pixels to a grain as it has."""
    from graincast.generation.data import fields, growing
    from graincast.material import datasets
    from graincast.material.datasets import Simulations

    name = section["dataset"]
    path = Path(f"config/generation/datasets/{name}.yaml")
    given = datasets.load(path)
    grains = round(given.structure["grains"] * (sizes.pixels / (given.frames.pixels or sizes.pixels)) ** 2)
    counts = Simulations(sizes.train, sizes.validation, sizes.test, sizes.train + sizes.validation + sizes.test)
    dataset = replace(
        given,
        structure={**given.structure, "grains": max(grains, 60)},
        frames=replace(given.frames, pixels=sizes.pixels),
        simulations=counts,
    )
    chosen = datasets.parts(dataset, str(path))
    numbers = command.progress(range(counts.total), f"growing {name}", counts.total)
    grown = [growing.seen(dataset, datasets.simulate(dataset, chosen, number)) for number in numbers]
    for split in datasets.SPLITS:
        some = [field for number in dataset.of_split(split) for field in grown[number]]
        fields.write(folder / f"{split}.npz", some)
    return f"{name}_{sizes.pixels}"


def judge(weights: Path, test: Path, device: torch.device) -> Judged:
    """Its loss on patches of the test fields, and what it draws."""
    from graincast.base import checkpoint
    from graincast.generation import trained
    from graincast.generation.contract import Generator
    from graincast.generation.data import patches
    from graincast.generation.data.conditions import TYPICAL_PX, Conditions
    from graincast.generation.data.patches import PatchCut

    model = trained.model(weights, device)
    training = checkpoint.load(weights)[1]["training"]
    cut = PatchCut(training["patch"], training["zoom"], training["grain_px"])
    data = patches.load(test, cut, BATCH, BATCH)
    rows = list(of_batches.losses(model, data, device))
    if isinstance(model, Generator):
        side = (SIDE if device.type == "cuda" else SIDE // 8) // model.step * model.step
        asked = Conditions(TYPICAL_PX, 0.5, 2.0)

        def draw() -> int:
            model.draw((side, side), asked, np.random.default_rng(0))
            return 1

        return Judged(rows, draw)
    latents = torch.zeros((TOGETHER if device.type == "cuda" else 4, model.latents), device=device)

    def decode() -> int:
        with torch.no_grad():
            model.decode(latents)
        return len(latents)

    return Judged(rows, decode)
