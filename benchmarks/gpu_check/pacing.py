"""How long a training takes, found out before it starts, and its clock while it runs.

A rehearsal makes a few steps at epochs spread over the budget, on weights that are put back afterwards, and judges the
validation split once. From its seconds follows by what factor the budget is to be stretched to fill the time at hand.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from gpu_check import card

from graincast.training import loop
from graincast.training.descent import Descent, Position
from graincast.training.learner import Learner
from graincast.training.loop import Setup
from graincast.training.progress import Seen
from graincast.training.spec import Budget

EPOCHS = 8  # looked at, at most
WARM_UP, TIMED = 2, 4  # steps of each


@dataclass(frozen=True)
class Rehearsal:
    first_step_seconds: float  # with what is compiled at the first call
    step_seconds: tuple[float, ...]  # medians, by epoch looked at, the last one first
    mean_step_seconds: float  # over the budget
    validation_seconds: float
    samples: float  # of a step, on average
    operations: float  # of a sample in training, on average over the epochs
    budget_seconds: float  # that the whole budget would take


def rehearsed(learner: Learner, setup: Setup, budget: Budget, seconds: float) -> Rehearsal:
    """Some steps of the training in about so many seconds; the learner is as before."""
    ends, before = time.monotonic() + seconds, _copied(learner)
    step = _Steps(learner, setup, budget)
    epochs = sorted({round(share * (budget.epochs - 1)) for share in np.linspace(0, 1, EPOCHS)})
    first, taken, operations = _timed(lambda: step(epochs[-1], 0), setup.device), list[float](), list[int]()
    for epoch in reversed(epochs):  # rollouts grow longer: cut short, a rehearsal rather says too much
        if taken and time.monotonic() > ends:
            break
        laps: list[float] = []
        for number in range(WARM_UP + TIMED):
            laps.append(_timed(lambda at=number, epoch=epoch: step(epoch, at), setup.device))
            if time.monotonic() > ends:
                break
        taken.append(statistics.median(laps[WARM_UP:] or laps[-1:]))
        operations.append(card.operations(lambda epoch=epoch: step(epoch, 0), setup.device))
    judging = _timed(lambda: loop.validation_loss(learner, setup, setup.validation.in_order()), setup.device)
    batches = [len(chosen) for chosen in setup.train.in_order()]
    looked_at = np.array(epochs[::-1][: len(taken)])
    near = [int(np.abs(looked_at - epoch).argmin()) for epoch in range(budget.epochs)]
    mean_step, samples = statistics.mean(taken[at] for at in near), statistics.mean(batches)
    whole = budget.epochs * (len(batches) * mean_step + judging)
    per_sample = statistics.mean(operations[at] for at in near) / samples
    learner.load_state_dict(before)
    return Rehearsal(first, tuple(taken), mean_step, judging, samples, per_sample, whole)


class _Steps:
    """Steps of a training out of their order."""

    def __init__(self, learner: Learner, setup: Setup, budget: Budget) -> None:
        self.learner, self.setup, self.budget = learner, setup, budget
        self.optimizers = learner.optimizers()

    def __call__(self, epoch: int, number: int) -> None:
        """Step `number` of an epoch, over again if it has not so many."""
        todo = self.setup.train.epoch(epoch, np.random.default_rng([self.setup.seed, epoch]))
        at = number % len(todo)
        chances = tuple(np.random.default_rng([self.setup.seed, epoch, at, each]) for each in range(len(todo[at])))
        batch: Any = self.setup.train.batch(todo[at], chances)
        position = Position(epoch, at, len(todo), self.budget.epochs)
        statistics = self.learner.statistics()
        whole, team, device = len(batch), self.setup.team, self.setup.device
        descent = Descent(self.optimizers, position, team, device, whole, whole, statistics)
        self.learner.step(batch.to(device), chances, descent)


def _copied(learner: Learner) -> dict[str, torch.Tensor]:
    return {name: tensor.detach().clone() for name, tensor in learner.state_dict().items()}


def _timed(work: Callable[[], object], device: torch.device) -> float:
    card.finish(device)
    began = time.perf_counter()
    work()
    card.finish(device)
    return time.perf_counter() - began


@dataclass
class Stopwatch:
    """Told after each step and each epoch; what is judged between two epochs is not counted, nor the first step."""

    ends: float  # on the monotonic clock
    asked: Callable[[], bool]  # whether to stop at once
    steps: int = 0
    seconds: float = 0.0
    since: float | None = None

    def should_stop(self) -> bool:
        """A step is done: is the time over?"""
        now = time.monotonic()
        if self.since is not None:
            self.steps, self.seconds = self.steps + 1, self.seconds + now - self.since
        self.since = now
        return self.asked() or now >= self.ends

    def seconds_of_a_step(self, rehearsed: float) -> float:
        """On average, with the batch that was made for it; where none was measured, those of the rehearsal."""
        return self.seconds / self.steps if self.steps else rehearsed

    def watch(self, _seen: Seen) -> None:
        """An epoch is judged."""
        self.since = time.monotonic()
