"""The one training loop: the same for every study, exactly resumable, data-parallel when there are several processes.

It knows data (data.py), learners (learner.py) and nothing of what is learned. All chance is drawn from (seed, epoch,
batch, number of the sample). After each epoch the validation loss is the mean over all validation samples, and the
best weights of the epochs that count are kept.
"""

from collections.abc import Callable, Sequence, Sized
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray

from graincast.base import command
from graincast.base.errors import Interrupted
from graincast.training import batch_statistics
from graincast.training.data import AnyData, Batch, Chances
from graincast.training.descent import Descent, Position
from graincast.training.learner import Learner
from graincast.training.parallel import Team
from graincast.training.progress import Progress, Seen
from graincast.training.resume import ResumeFile, State
from graincast.training.spec import Budget

Built = TypeVar("Built")
Watch = Callable[[Seen], None]


@dataclass(frozen=True)
class Setup:
    """What a training works on and with."""

    train: AnyData
    validation: AnyData
    seed: int
    device: torch.device
    team: Team


def fresh_model(build: Callable[[], Built], seed: int) -> Built:
    """What `build` makes, weights drawn from `seed`; torch draws from its global generator, so that one is lent."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return build()


def fit(
    learner: Learner, budget: Budget, setup: Setup, resume: ResumeFile, should_stop: Callable[[], bool], watch: Watch
) -> Progress:
    """Train `learner` in place from where `resume` stands to the end of its budget, or of its patience.

    The process that leads tells `watch` of each epoch, which changes nothing.
    """
    if budget.epochs == 0:
        return Progress()
    batch_statistics.check(learner, learner.statistics())
    judged_by = setup.validation.in_order()
    state = resume.restore(learner, learner.optimizers())
    progress = state.progress
    while progress.epoch < budget.epochs and progress.without_gain < budget.patience:
        norms = _finish_epoch(state, budget, setup, resume, should_stop)
        loss = validation_loss(learner, setup, judged_by)
        progress.close_epoch(loss, learner.kept() if progress.epoch >= budget.best_from else None)
        if setup.team.leads:
            resume.save_if_due(state)
            watch(_seen(state, norms, setup, judged_by))
    progress.take_best(learner.kept())
    return progress


def _finish_epoch(
    state: State, budget: Budget, setup: Setup, resume: ResumeFile, should_stop: Callable[[], bool]
) -> dict[str, float]:
    """Do the batches of the current epoch that are left; the norms of their last gradients, by optimizer."""
    progress, norms = state.progress, dict[str, float]()
    todo = setup.train.epoch(progress.epoch, np.random.default_rng([setup.seed, progress.epoch]))
    for batch in command.bar(range(progress.batch, len(todo)), f"epoch {progress.epoch + 1}", setup.team.leads):
        chances = _chances([setup.seed, progress.epoch, batch], len(todo[batch]))
        position = Position(progress.epoch, batch, len(todo), budget.epochs)
        norms |= _step(state, setup.train.batch(todo[batch], chances), chances, position, setup)
        if setup.team.anyone(should_stop(), setup.device):
            if setup.team.leads:
                resume.save(state)
            raise Interrupted(
                f"asked to end in epoch {progress.epoch + 1} after batch {progress.batch}; "
                f"saved to {resume.path}: the same command goes on from there"
            )
        if setup.team.leads:
            resume.save_if_due(state)
    return norms


def _step(state: State, batch: Batch, chances: Chances, position: Position, setup: Setup) -> dict[str, float]:
    """One step of the learner on a batch, which is counted; the norms of its gradients, by optimizer."""
    mine = batch.some(setup.team.share).to(setup.device)
    statistics = state.learner.statistics()
    descent = Descent(state.optimizers, position, setup.team, setup.device, len(batch), len(mine), statistics)
    losses = state.learner.step(mine, chances[setup.team.share], descent)
    state.progress.count(losses, len(batch))
    return descent.norms


def _chances(key: list[int], count: int) -> Chances:
    """A generator of its own for every sample: the same however many processes share them."""
    return tuple(np.random.default_rng([*key, number]) for number in range(count))


@torch.no_grad()
def validation_loss(learner: Learner, setup: Setup, judged_by: Sequence[Sized]) -> float:
    """Mean loss of all validation samples."""
    total, count = torch.zeros((), dtype=torch.float64, device=setup.device), 0
    for chosen in judged_by:
        mine = setup.validation.unchanged(chosen).some(setup.team.share).to(setup.device)
        if len(mine):
            losses = learner.judge(mine, _chances([count], len(chosen))[setup.team.share])
            total += losses.sum().double()
        count += len(chosen)
    setup.team.add([total])
    return float(total) / count


def _seen(state: State, norms: dict[str, float], setup: Setup, judged_by: Sequence[Sized]) -> Seen:
    """What there is to watch after an epoch."""
    rates = {name: float(optimizer.param_groups[0]["lr"]) for name, optimizer in state.optimizers.items()}

    def picture() -> NDArray | None:
        return state.learner.picture(setup.validation.unchanged(judged_by[0]).to(setup.device))

    return Seen(state.progress, rates, norms, picture)
