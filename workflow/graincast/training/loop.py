"""The one training loop: the same for every model, exactly resumable, data-parallel when there are several processes.

A model brings `loss(sequences, lesson) -> [B]` and nothing else is known of it here. Stages follow each other; the
validation loss is that of the last stage's rollouts throughout, and the best weights of the last stage are kept.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.optim import AdamW, Optimizer

from graincast.base import command
from graincast.base.errors import GraincastError, Interrupted
from graincast.growth.data.random_moves import randomly_moved
from graincast.growth.data.windows import Windows, batches, sequences
from graincast.growth.forecaster import Forecaster, Lesson, Sequences
from graincast.training import devices
from graincast.training.parallel import Team
from graincast.training.resume import Progress, ResumeFile
from graincast.training.spec import Training

WARM_UP = 0.02  # of the budget, in which the learning rate rises


@dataclass(frozen=True)
class Setup:
    """What a training works on and with."""

    train: Windows
    validation: Windows
    seed: int
    device: torch.device
    team: Team


def fresh_model(build: Callable[[], Forecaster], seed: int) -> Forecaster:
    """A model with weights drawn from `seed`; torch draws weights from its global generator, so that one is lent."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return build()


def fit(
    model: Forecaster,
    budget: Training,
    setup: Setup,
    resume: ResumeFile,
    should_stop: Callable[[], bool],
    after_epoch: Callable[[Progress], None],
) -> Progress:
    """Train `model` in place from where `resume` stands to the end of its budget, or of its patience."""
    if budget.epochs == 0:
        return Progress()
    for windows, what in ((setup.train, "train"), (setup.validation, "validate")):
        if len(windows) == 0:
            raise GraincastError(f"{windows.path}: holds no simulation to {what} with (see its data set's YAML)")
    optimizer = AdamW(model.parameters(), lr=budget.learning_rate)
    progress = resume.restore(model, optimizer)
    while progress.epoch < budget.epochs and progress.without_gain < budget.patience:
        _finish_epoch(model, optimizer, budget, setup, progress, resume, should_stop)
        loss = _validation_loss(model, budget, setup)
        progress.close_epoch(loss, model if _in_last_stage(progress.epoch, budget) else None)
        if setup.team.leads:
            resume.save_if_due(model, optimizer, progress)
            after_epoch(progress)
    progress.take_best(model)
    return progress


def _in_last_stage(epoch: int, budget: Training) -> bool:
    return epoch >= budget.epochs - budget.stages[-1].epochs


def _finish_epoch(
    model: Forecaster,
    optimizer: Optimizer,
    budget: Training,
    setup: Setup,
    progress: Progress,
    resume: ResumeFile,
    should_stop: Callable[[], bool],
) -> None:
    """Do the batches of the current epoch that are left."""
    stage = budget.stage(progress.epoch)
    length = budget.inputs + stage.horizon
    todo = batches(setup.train, budget.batch, length, np.random.default_rng([setup.seed, progress.epoch]))
    for batch in command.bar(range(progress.batch, len(todo)), f"epoch {progress.epoch + 1}", setup.team.leads):
        chances = _chances([setup.seed, progress.epoch, batch], len(todo[batch][0]))
        moved = randomly_moved(sequences(setup.train, todo[batch], length), chances)
        _set_learning_rate(optimizer, budget, progress.epoch + batch / len(todo))
        lesson = Lesson(budget.inputs, stage.forcing, setup.team.share(chances))
        progress.count(_step(model, optimizer, moved, lesson, budget, setup), len(moved))
        if setup.team.anyone(should_stop(), setup.device):
            if setup.team.leads:
                resume.save(model, optimizer, progress)
            raise Interrupted(
                f"asked to end in epoch {progress.epoch + 1} after batch {progress.batch}; "
                f"saved to {resume.path}: the same command goes on from there"
            )
        if setup.team.leads:
            resume.save_if_due(model, optimizer, progress)


def _chances(key: list[int], count: int) -> tuple[np.random.Generator, ...]:
    """A generator of its own for every sequence: the same however many processes share them."""
    return tuple(np.random.default_rng([*key, number]) for number in range(count))


def _step(
    model: Forecaster, optimizer: Optimizer, batch: Sequences, lesson: Lesson, budget: Training, setup: Setup
) -> float:
    """One step of gradient descent on the mean loss of a batch; the sum of its losses."""
    optimizer.zero_grad(set_to_none=False)
    mine = _mine(batch, setup)
    total = torch.zeros((), device=setup.device)
    if len(mine):
        with devices.mixed_precision(setup.device):
            total = model.loss(mine, lesson).sum()
        (total / len(batch)).backward()
    gradients = [_gradient(weights) for weights in model.parameters()]
    loss_sum = total.detach().double()
    setup.team.add([*gradients, loss_sum])
    torch.nn.utils.clip_grad_norm_(model.parameters(), budget.gradient_clip, error_if_nonfinite=False)
    optimizer.step()
    return float(loss_sum)


def _mine(batch: Sequences, setup: Setup) -> Sequences:
    """This process's slice of a batch, on its device."""
    images, grains = setup.team.share(batch.images), setup.team.share(batch.grains)
    return Sequences(images.to(setup.device), grains.to(setup.device))


def _gradient(weights: Tensor) -> Tensor:
    if weights.grad is None:
        weights.grad = torch.zeros_like(weights)
    return weights.grad


@torch.no_grad()
def _validation_loss(model: Forecaster, budget: Training, setup: Setup) -> float:
    """Mean loss of the validation simulations from their first frames on, rolled out as in the last stage."""
    windows, length = setup.validation, budget.inputs + budget.horizon
    total = torch.zeros((), dtype=torch.float64, device=setup.device)
    for at in range(0, len(windows), budget.batch):
        some = np.arange(at, min(at + budget.batch, len(windows)))
        mine = _mine(sequences(windows, (some, np.zeros_like(some)), length), setup)
        if len(mine):
            with devices.mixed_precision(setup.device):
                lesson = Lesson(budget.inputs, 0.0, setup.team.share(_chances([at], len(some))))
                losses = model.loss(mine, lesson)
            total += losses.sum().double()
    setup.team.add([total])
    return float(total) / len(windows)


def _set_learning_rate(optimizer: Optimizer, budget: Training, epochs_done: float) -> None:
    """Up to the peak in a short while, then a cosine down to zero over the whole budget."""
    done = epochs_done / budget.epochs
    for group in optimizer.param_groups:
        group["lr"] = budget.learning_rate * min(1.0, 0.01 + done / WARM_UP) * (1 + math.cos(math.pi * done)) / 2
