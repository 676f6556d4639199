"""Growth's part of the check: a data set of the study at another size, and scores that need images alone.

Grain scores need numba and scikit-image, which a lent machine may not have: their kernels would run as plain Python, a
second a frame. So a forecast is scored by its mean squared error and its structural similarity, of the whole image and
near true boundaries, as `growth_evaluate` scores them.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from gpu_check.preparing import Judged, Sizes

from graincast.base import command
from graincast.base.storage import array_names, read_arrays, write_arrays
from graincast.growth.stages import Training

TOGETHER = 64  # structures that a card forecasts at once when time is taken
BAND = 2.0  # pixels around true boundaries, as in judging/forecast_scores.py, which needs what is not here


def models(section: Mapping[str, Any]) -> Sequence[str]:
    """Those that it names."""
    return list(section["models"])


def make(section: Mapping[str, Any], sizes: Sizes, folder: Path) -> str:
    """The first data set that the study trains on, with as many pixels to a grain as it has."""
    from graincast.growth.data import preparation
    from graincast.growth.judging import boundary_motion
    from graincast.material import datasets, trajectories
    from graincast.material.datasets import Simulations

    name = section["datasets"][0]
    path = Path(f"config/growth/datasets/{name}.yaml")
    given = datasets.load(path)
    counts = Simulations(sizes.train, sizes.validation, sizes.test, sizes.train + sizes.validation + sizes.test)
    grains = round(given.structure["grains"] * (sizes.pixels / (given.frames.pixels or sizes.pixels)) ** 2)
    dataset = replace(
        given,
        structure={**given.structure, "grains": grains},
        frames=replace(given.frames, pixels=sizes.pixels),
        simulations=counts,
    )
    chosen = datasets.parts(dataset, str(path))
    shard = folder / "trajectories.npz"
    numbers = command.progress(range(counts.total), f"simulating {name}", counts.total)
    trajectories.write(shard, dataset, ((number, datasets.simulate(dataset, chosen, number)) for number in numbers))
    windows = [preparation.window(trajectory, dataset) for trajectory in trajectories.read(shard, dataset, 0)]
    shard.unlink()
    preparation.write_splits(folder, windows, dataset)
    kept = tuple(sorted(array_names(folder / "test.npz") - set(boundary_motion.FIELDS)))
    write_arrays(folder / "test.npz", read_arrays(folder / "test.npz", kept))
    return f"{name}_{sizes.pixels}"


def stretched(training: Training, factor: float) -> Training:
    """Every stage longer or shorter by the factor, of one epoch at least."""
    stages = tuple(replace(stage, epochs=max(1, math.floor(factor * stage.epochs))) for stage in training.stages)
    return replace(training, stages=stages, patience=max(1, sum(stage.epochs for stage in stages)))


def judge(weights: Path, test: Path, device: torch.device) -> Judged:
    """Its forecasts of the test windows against the truth, image by image."""
    from graincast.growth import trained
    from graincast.growth.data import windows
    from graincast.growth.forecaster import Sequences

    model, case = trained.load(weights, device), windows.load(test)
    known = Sequences(case.images.float() / 255, case.grains.long()).frames(slice(model.inputs))
    frames = case.frames - model.inputs
    said = model.forecast(known, frames, device).images.numpy()
    numbers = case.about(("simulations",))["simulations"]
    again = torch.arange(TOGETHER if device.type == "cuda" else len(case)) % len(case)
    many = Sequences(known.images[again], known.grains[again]).to(device)

    def forecast() -> int:
        model.forecast(many, frames, device)
        return len(many)

    return Judged(list(_rows(said, case.images[:, model.inputs :].numpy() / 255, numbers, model.inputs)), forecast)


def _rows(said: Any, truth: Any, numbers: Any, first: int) -> Iterator[dict[str, Any]]:
    """Scores of images [structures, frames, H, W]; a forecast that diverged is scored as noughts."""
    from graincast.scoring import images

    drawn = np.nan_to_num(said, nan=0.0, posinf=0.0, neginf=0.0)
    whole, near = images.both_similarities(drawn, truth, BAND)
    for score, values in (("mse", images.squared_errors(drawn, truth)), ("ssim", whole), ("ssim_near", near)):
        for (index, frame), value in np.ndenumerate(values):
            place = {"sample": int(numbers[index]), "step": first + frame}
            yield {**place, "score": score, "value": float(value)}
