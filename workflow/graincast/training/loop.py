"""The one training loop: the same for every study, exactly resumable, data-parallel when there are several processes.

It knows data (data.py), learners (learner.py) and nothing of what is learned. All chance is drawn from (seed, epoch,
batch, number of the sample). After each epoch the validation loss is the mean over all validation samples, and the
best weights of the epochs that count are kept.
"""

from collections.abc import Callable, Iterator, Sequence, Sized
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TypeVar

import torch
from numpy.typing import NDArray

from graincast.base import command
from graincast.base.errors import Interrupted
from graincast.training import ahead, batch_statistics
from graincast.training.ahead import Batches, Made
from graincast.training.data import AnyData
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
    loaders: int = 0  # processes that make batches ahead


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
    progress, batches = state.progress, Batches(setup.train, setup.seed)
    with closing(ahead.made(batches, (progress.epoch, progress.batch), setup.loaders)) as coming:
        while progress.epoch < budget.epochs and progress.without_gain < budget.patience:
            place = Position(progress.epoch, progress.batch, len(batches.epoch(progress.epoch)), budget.epochs)
            norms = _finish_epoch(state, place, coming, setup, resume, should_stop)
            loss = validation_loss(learner, setup, judged_by)
            progress.close_epoch(loss, learner.kept() if progress.epoch >= budget.best_from else None)
            if setup.team.leads:
                resume.save_if_due(state)
                watch(_seen(state, norms, setup, judged_by))
    progress.take_best(learner.kept())
    return progress


def _finish_epoch(
    state: State,
    place: Position,
    coming: Iterator[Made],
    setup: Setup,
    resume: ResumeFile,
    should_stop: Callable[[], bool],
) -> dict[str, float]:
    """Do the batches of an epoch that are left from a place on; the norms of their last gradients, by optimizer."""
    progress, norms = state.progress, dict[str, float]()
    todo = range(place.batch, place.batches)
    for batch in command.bar(todo, f"epoch {place.epoch + 1}", setup.team.leads):
        norms |= _step(state, next(coming), replace(place, batch=batch), setup)
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


def _step(state: State, made: Made, position: Position, setup: Setup) -> dict[str, float]:
    """One step of the learner on a batch, which is counted; the norms of its gradients, by optimizer."""
    batch, chances = made
    mine = batch.some(setup.team.share).to(setup.device)
    statistics = state.learner.statistics()
    descent = Descent(state.optimizers, position, setup.team, setup.device, len(batch), len(mine), statistics)
    losses = state.learner.step(mine, chances[setup.team.share], descent)
    state.progress.count(losses, len(batch))
    return descent.norms


@torch.no_grad()
def validation_loss(learner: Learner, setup: Setup, judged_by: Sequence[Sized]) -> float:
    """Mean loss of all validation samples."""
    total, count = torch.zeros((), dtype=torch.float64, device=setup.device), 0
    for chosen in judged_by:
        mine = setup.validation.unchanged(chosen).some(setup.team.share).to(setup.device)
        if len(mine):
            losses = learner.judge(mine, ahead.chances_of([count], len(chosen))[setup.team.share])
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
