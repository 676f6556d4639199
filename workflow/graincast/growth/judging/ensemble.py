"""The trainings of one model from several seeds, as one forecaster that can disagree with itself."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from graincast.base.errors import GraincastError
from graincast.growth import trained
from graincast.growth.data.windows import Windows
from graincast.growth.judging import forecast_scores, forecasts, reliability
from graincast.growth.trained import Trained


def load(paths: Sequence[Path], device: torch.device) -> list[Trained]:
    """The trainings; of a model without weights only the first, since all are the same."""
    members = [trained.load(path, device) for path in paths]
    kinds = {(str(one.about["model"]), str(one.about["settings"]), one.about["dataset"]) for one in members}
    seeds = [one.about["seed"] for one in members]
    if len(kinds) > 1 or len(set(seeds)) < len(seeds):
        raise GraincastError(
            f"{paths[0]} and {len(paths) - 1} more: are {len(kinds)} kind(s) of training from the seeds {seeds}, "
            "expected one model on one data set from seeds that differ"
        )
    return members if any(True for _ in members[0].model.parameters()) else members[:1]


def judged(members: Sequence[Trained], case: Windows, device: torch.device) -> reliability.Case:
    """The structures of a case as the ensemble forecasts them."""
    inputs = members[0].inputs
    drawn = [forecast_scores.finite(forecasts.forecast(one, case, device).images.numpy()) for one in members]
    truth = case.images[:, inputs:].numpy() / np.float32(255)
    scores = [
        reliability.of_structure(np.stack([one[at] for one in drawn]), truth[at].astype(float))
        for at in range(len(case))
    ]
    example = reliability.error_and_disagreement(np.stack([one[0, -1:] for one in drawn]), truth[0, -1:])
    return reliability.Case(
        structures=case.about(("simulations",))["simulations"],
        by_frame={name: np.stack([one[name] for one in scores]) for name in scores[0]},
        start_spread=np.array([reliability.radius_spread(grains) for grains in case.grains[:, inputs - 1].numpy()]),
        example={name: maps[0].astype(np.float32) for name, maps in example.items()},
    )


def radius_biases(member: Trained, case: Windows, device: torch.device) -> NDArray[np.float64]:
    """Relative errors [structures, frames] of the mean radius that one training forecasts."""
    return forecasts.radius_biases(forecasts.forecast(member, case, device), case, member.inputs)
