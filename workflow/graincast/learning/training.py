"""The one training loop: the same for every model, exactly resumable, data-parallel when there are several processes.

A model brings `loss(images [B, frames, H, W]) -> [B]` and nothing else is known of it here.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.optim import AdamW, Optimizer

from graincast import command
from graincast.errors import GraincastError, Interrupted
from graincast.learning.forecaster import Forecaster
from graincast.learning.parallel import Team
from graincast.learning.resume import Progress, ResumeFile
from graincast.learning.spec import Training
from graincast.learning.symmetries import randomly_moved
from graincast.learning.windows import Windows, batches, sequences


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
    """Train `model` in place from where `resume` stands to the end of its budget."""
    if budget.epochs == 0:
        return Progress()
    for windows, what in ((setup.train, "train"), (setup.validation, "validate")):
        if len(windows) == 0:
            raise GraincastError(f"{windows.path}: holds no simulation to {what} with (see its data set's YAML)")
    optimizer = AdamW(model.parameters(), lr=budget.learning_rate)
    progress = resume.restore(model, optimizer)
    while progress.epoch < budget.epochs:
        _finish_epoch(model, optimizer, budget, setup, progress, resume, should_stop)
        progress.close_epoch(_validation_loss(model, budget, setup))
        if setup.team.leads:
            resume.save_if_due(model, optimizer, progress)
            after_epoch(progress)
    return progress


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
    length = budget.horizon + 1
    todo = batches(setup.train, budget.batch, length, np.random.default_rng([setup.seed, progress.epoch]))
    for batch in command.bar(range(progress.batch, len(todo)), f"epoch {progress.epoch + 1}", setup.team.leads):
        chance = np.random.default_rng([setup.seed, progress.epoch, batch])
        images = randomly_moved(sequences(setup.train, todo[batch], length), chance)
        _set_learning_rate(optimizer, budget, progress.epoch + batch / len(todo))
        progress.count(_step(model, optimizer, images, budget, setup), len(images))
        if setup.team.anyone(should_stop(), setup.device):
            if setup.team.leads:
                resume.save(model, optimizer, progress)
            raise Interrupted(
                f"asked to end in epoch {progress.epoch + 1} after batch {progress.batch}; "
                f"saved to {resume.path}: the same command goes on from there"
            )
        if setup.team.leads:
            resume.save_if_due(model, optimizer, progress)


def _step(model: Forecaster, optimizer: Optimizer, images: Tensor, budget: Training, setup: Setup) -> float:
    """One step of gradient descent on the mean loss of a batch; the sum of its losses."""
    optimizer.zero_grad(set_to_none=False)
    mine = setup.team.share(images).to(setup.device)
    total = torch.zeros((), device=setup.device)
    if len(mine):
        total = model.loss(mine).sum()
        (total / len(images)).backward()
    gradients = [_gradient(weights) for weights in model.parameters()]
    loss_sum = total.detach().double()
    setup.team.add([*gradients, loss_sum])
    torch.nn.utils.clip_grad_norm_(model.parameters(), budget.gradient_clip, error_if_nonfinite=False)
    optimizer.step()
    return float(loss_sum)


def _gradient(weights: Tensor) -> Tensor:
    if weights.grad is None:
        weights.grad = torch.zeros_like(weights)
    return weights.grad


@torch.no_grad()
def _validation_loss(model: Forecaster, budget: Training, setup: Setup) -> float:
    """Mean loss of the validation simulations from their first frames on."""
    windows, length = setup.validation, budget.horizon + 1
    total = torch.zeros((), dtype=torch.float64, device=setup.device)
    for at in range(0, len(windows), budget.batch):
        mine = setup.team.share(windows.images[at : at + budget.batch, :length])
        if len(mine):
            total += model.loss(mine.to(setup.device)).sum().double()
    setup.team.add([total])
    return float(total) / len(windows)


def _set_learning_rate(optimizer: Optimizer, budget: Training, epochs_done: float) -> None:
    """A cosine from the peak to zero over the whole budget."""
    for group in optimizer.param_groups:
        group["lr"] = budget.learning_rate * (1 + math.cos(math.pi * epochs_done / budget.epochs)) / 2
