"""Who is timed: trained models and settings of the solver, with the errors that they reach on the same structures."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch

from graincast.base import table
from graincast.base.command import log
from graincast.growth import trained
from graincast.growth.data import windows
from graincast.growth.data.windows import Windows
from graincast.growth.judging import forecasts
from graincast.growth.timing import solver_runs, turns
from graincast.growth.timing.turns import Clock, Work
from graincast.material.datasets import DataSet, Parts
from graincast.material.networks.evolution import Unsound

ERRORS = ("crisp_ssim", "ssim", "mean_radius_error")  # scores that say how good a forecast is
ALONE = 8  # structures that are forecast one after the other


@dataclass(frozen=True)
class Entry:
    """One model, or the solver at one setting."""

    name: str
    seed: int | None
    measures: dict[str, float]  # errors and costs
    works: list[Work]


def of_solver(dataset: DataSet, parts: Parts, case: Windows) -> Iterator[Entry]:
    """The data set's own solver, from fine to coarse; a setting that breaks on a structure is left out."""
    for name, pixels in solver_runs.solvers(str(dataset.solver["name"]), parts, case):
        try:
            readings = forecasts.readings(pixels.forecast(), case, 1)
            scored = [row for rows in forecasts.rows({}, readings, 1) for row in rows]
        except Unsound as error:
            log.warning("'%s' is not timed: %s", name, error)
            continue
        run = _one_by_one(pixels.grown)
        works = [_work(way, count, turns.ON_CPU, run) for way, count in _counts(case).items()]
        yield Entry(name, None, _errors(pd.DataFrame(scored)), works)


def of_model(
    name: str, weights: Path, scores: Path, costs: Mapping[str, float], case: Windows, devices: Sequence[torch.device]
) -> Entry:
    """A trained model on each of the devices, with what its data and training cost."""
    works: list[Work] = []
    about: dict[str, Any] = {}
    for device in devices:
        model = trained.load(weights, device)
        about = model.about
        works += _model_works(model, case, device)
    learned = bool(about["training"]["stages"])
    spent = {score: value if learned else 0.0 for score, value in costs.items()}
    return Entry(name, int(about["seed"]), _errors(table.read(scores)) | spent, works)


def rows(identity: Mapping[str, Any], entries: Sequence[Entry], rounds: int = turns.ROUNDS) -> list[dict[str, Any]]:
    """Rows of the table: errors and costs of every entry, and its seconds per sequence over all rounds."""
    works = [work for entry in entries for work in entry.works]
    taken = iter(turns.in_turn(works, rounds))
    found = []
    for entry in entries:
        measures = dict(entry.measures)
        for work in entry.works:
            measures[f"sequences_{work.way}"] = work.sequences
            for clock, seconds in next(taken).items():
                measures[f"{clock}_seconds_{work.way}_least"] = min(seconds)
                measures[f"{clock}_seconds_{work.way}_median"] = float(np.median(seconds))
        whose = {**identity, "model": entry.name, "seed": entry.seed}
        found += [{**whose, "score": score, "value": float(value)} for score, value in measures.items()]
    return found


def _counts(case: Windows) -> dict[str, int]:
    return {"alone": min(ALONE, len(case)), "together": len(case)}


def _model_works(model: trained.Trained, case: Windows, device: torch.device) -> Iterator[Work]:
    """One structure after the other, and all in a batch, from shown frames that are ready in memory."""
    everything = np.arange(len(case))
    shown = windows.sequences(case, (everything, np.zeros_like(everything)), model.inputs)
    later = case.frames - model.inputs
    clocks = turns.ON_GPU if device.type == "cuda" else turns.ON_CPU
    counts = _counts(case)
    alone = _one_by_one(lambda one: model.forecast(shown.some(slice(one, one + 1)), later, device))
    yield _work("alone", counts["alone"], clocks, alone)
    yield _work("together", counts["together"], clocks, lambda _: model.forecast(shown, later, device))


def _one_by_one(forecast: Callable[[int], object]) -> Callable[[int], object]:
    """`forecast` of each of so many structures."""

    def run(count: int) -> None:
        for structure in range(count):
            forecast(structure)

    return run


def _work(way: str, count: int, clocks: Mapping[str, Clock], run: Callable[[int], object]) -> Work:
    return Work(way, count, clocks, lambda: run(count))


def _errors(scores: pd.DataFrame) -> dict[str, float]:
    """Means over structures and frames."""
    means = scores[scores["score"].isin(ERRORS)].groupby("score")["value"].mean()
    return {score: float(means[score]) for score in ERRORS}
