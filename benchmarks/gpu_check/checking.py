"""One model, from its description to its row: rehearsed, trained in the time it has, scored and timed.

What is finished stays in the model's own folder: `plan.json` (how far the budget is stretched), the loop's resume file,
`weights.safetensors`, and in the end `result.json`. A model that learns nothing is only scored and timed: a floor.
"""

import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch
from gpu_check import card, preparing
from gpu_check.pacing import Stopwatch, rehearsed
from torch import nn

from graincast.base import sources
from graincast.base.errors import Interrupted
from graincast.base.storage import write_text
from graincast.training import loop, subject, weights
from graincast.training.learner import Learner
from graincast.training.loop import Setup
from graincast.training.parallel import Team
from graincast.training.progress import Progress
from graincast.training.resume import ResumeFile
from graincast.training.spec import ModelSpec

Asked = Callable[[], bool]  # whether to stop at once
SEED = 0
REHEARSING, LEARNING = 0.3, 0.85  # of a model's time: rehearsed by then at most, and trained
SAVED_EVERY = 15.0  # seconds
LOADERS = 12  # at most
FORECASTING = 2.0  # seconds that forecasts are timed
UNFINISHED = "unfinished.safetensors"


@dataclass(frozen=True)
class Entry:
    """One model of a check."""

    study: str
    name: str
    dataset: str
    data: Path  # the study's folder

    @property
    def file(self) -> Path:
        return self.data / "models" / f"{self.name}.json"

    def split(self, name: str) -> Path:
        return self.data / f"{name}.npz"

    def folder(self, output: Path) -> Path:
        """Of what is unfinished, by all that decides it."""
        code = sources.code_digest(subject.learner_file(self.study), Path(loop.__file__))
        splits = [self.split(name) for name in ("train", "validation", "test")]
        return output / "models" / f"{self.study}.{self.name}.{sources.digest([self.file, *splits], code)[:12]}"


@dataclass(frozen=True)
class Outcome:
    model: nn.Module
    spec: ModelSpec  # as it was trained
    report: dict[str, Any]


def check(entry: Entry, folder: Path, seconds: float, device: torch.device, asked: Asked) -> dict[str, Any]:
    """The result of a model in about so many seconds, or the one that is there already."""
    done, kept, report = (folder / name for name in ("result.json", "weights.safetensors", "training.json"))
    if done.is_file():
        return _read(done)
    learned, spec = subject.find(entry.study), subject.find(entry.study).spec(entry.file)
    if not kept.is_file():
        ends = time.monotonic() + LEARNING * seconds
        outcome = _trained(entry, spec, folder, ends, device, asked) if spec.learns else _fresh(entry, spec)
        write_text(report, json.dumps(outcome.report))
        about = {"study": entry.study, "dataset": entry.dataset, "seed": SEED}
        weights.save(kept, outcome.model, outcome.spec, {**learned.ABOUT, **about})
    judged = preparing.part(entry.study).judge(kept, entry.split("test"), device)
    identity = {"study": entry.study, "model": entry.name, "dataset": entry.dataset, "seed": SEED}
    rows = [{**identity, "case": entry.dataset, **row} for row in judged.scores]
    result = {**_read(report), **_forecasting(judged.forecast, device), "rows": rows}
    write_text(done, json.dumps(result))
    (folder / UNFINISHED).unlink(missing_ok=True)
    return result


def _fresh(entry: Entry, spec: ModelSpec) -> Outcome:
    """A model that learns nothing."""
    return Outcome(_learner(entry, spec).kept(), spec, {})


def _trained(entry: Entry, spec: ModelSpec, folder: Path, ends: float, device: torch.device, asked: Asked) -> Outcome:
    """Trained to the end of the stretched budget or of the time, whichever is first."""
    learner, learned = _learner(entry, spec), subject.find(entry.study)
    card.forget_peak(device)
    learner.ready(device)

    def setup(training: Any) -> Setup:
        train, validation = (learned.load(entry.split(name), training).to(device) for name in ("train", "validation"))
        return Setup(train, validation, SEED, device, Team(0, 1), _loaders(device))

    plan = folder / "plan.json"
    if not plan.is_file():
        write_text(plan, json.dumps(_planned(learner, setup(spec.training), spec, ends)))
    planned = _read(plan)
    stretched = replace(spec, training=preparing.part(entry.study).stretched(spec.training, planned["factor"]))
    clock, resume = Stopwatch(ends, asked), ResumeFile(folder / UNFINISHED, SAVED_EVERY)
    progress = _fitted(learner, stretched, setup(stretched.training), resume, clock)
    step_seconds = clock.seconds_of_a_step(planned["mean_step_seconds"])
    report = {
        **planned,
        "steps_timed": clock.steps,
        "epochs": progress.epoch,
        "epochs_planned": stretched.budget.epochs,
        "best_validation_loss": progress.best_loss if progress.best else None,
        **card.speed("training", planned["samples"] / step_seconds, planned["operations"], device),
        "training_peak_gib": card.peak_gib(device),
    }
    return Outcome(learner.kept(), stretched, report)


def _loaders(device: torch.device) -> int:
    """Processes that make batches ahead: a card would wait for the one that trains."""
    return min(LOADERS, (os.cpu_count() or 1) - 1) if device.type == "cuda" else 0


def _planned(learner: Learner, setup: Setup, spec: ModelSpec, ends: float) -> dict[str, Any]:
    """What a rehearsal says, and by what factor the budget fills the time that is left."""
    rehearsal = rehearsed(learner, setup, spec.budget, REHEARSING * (ends - time.monotonic()))
    return {"factor": max(0.0, ends - time.monotonic()) / rehearsal.budget_seconds, **asdict(rehearsal)}


def _fitted(learner: Learner, spec: ModelSpec, setup: Setup, resume: ResumeFile, clock: Stopwatch) -> Progress:
    """How far the shared loop came; the learner has its best weights, or the last where none count yet."""
    try:
        return loop.fit(learner, spec.budget, setup, resume, clock.should_stop, clock.watch)
    except Interrupted:
        if clock.asked():
            raise
        progress = resume.restore(learner, learner.optimizers()).progress
        progress.take_best(learner.kept())
        return progress


def _forecasting(forecast: Callable[[], int], device: torch.device) -> dict[str, Any]:
    """Forecasts a second, in the precision that evaluations have."""
    card.forget_peak(device)
    operations = card.operations(forecast, device)
    count, began = 0, time.perf_counter()
    while time.perf_counter() - began < FORECASTING:
        samples = forecast()
        count += samples
    card.finish(device)
    speed = count / (time.perf_counter() - began)
    return {
        **card.speed("forecast", speed, operations / samples, device),
        "forecast_peak_gib": card.peak_gib(device),
    }


def _learner(entry: Entry, spec: ModelSpec) -> Learner:
    return loop.fresh_model(lambda: subject.find(entry.study).learner(spec, str(entry.file)), SEED)


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text())
    return found
