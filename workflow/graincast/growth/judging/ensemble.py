"""The forecasts of one model trained from several seeds, as one forecaster that can disagree with itself."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from graincast.base.errors import GraincastError
from graincast.growth.judging import forecast_files, reliability
from graincast.growth.judging.forecast_files import StoredForecast, TrueFrames


def load(paths: Sequence[Path], first: StoredForecast) -> list[StoredForecast]:
    """One case as all trainings forecast it, of which the first made another forecast too; of a model without weights
    only the first, since all are the same."""
    members = [forecast_files.read(path) for path in paths]
    if not members or members[0].about != first.about:
        found = f"is by another training than {paths[0]}" if members else "has no forecast of a case beside it"
        raise GraincastError(f"{first.path}: {found}, expected SEED/CASE.npz of its training first, for every case")
    kinds = {(str(one.about["model"]), str(one.about["settings"]), one.about["dataset"]) for one in members}
    seeds = [one.about["seed"] for one in members]
    if len(kinds) > 1 or len(set(seeds)) < len(seeds):
        raise GraincastError(
            f"{paths[0]} and {len(paths) - 1} more: are by {len(kinds)} kind(s) of training from the seeds {seeds}, "
            "expected one model on one data set from seeds that differ"
        )
    return members if members[0].about["parameters"] else members[:1]


def judged(members: Sequence[StoredForecast], true: TrueFrames) -> reliability.Case:
    """The structures of a case as the ensemble forecasts them."""
    truth = true.images[:, 1:] / np.float32(255)
    scores = [
        reliability.of_structure(np.stack([one.images[at] for one in members]), truth[at].astype(float))
        for at in range(len(truth))
    ]
    example = reliability.error_and_disagreement(np.stack([one.images[0, -1:] for one in members]), truth[0, -1:])
    return reliability.Case(
        structures=members[0].simulations,
        by_frame={name: np.stack([one[name] for one in scores]) for name in scores[0]},
        start_spread=np.array([reliability.radius_spread(grains) for grains in true.grains[:, 0]]),
        example={name: maps[0].astype(np.float32) for name, maps in example.items()},
    )
