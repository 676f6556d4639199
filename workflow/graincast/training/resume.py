"""The state of an unfinished training, saved beside the results so that it goes on exactly where it stopped.

All chance in training is drawn from (seed, epoch, batch, number), so the learner's weights and buffers, each optimizer
under its name, and the position are the whole state. A learning rate is set anew at each step.
"""

import dataclasses
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from torch import Tensor
from torch.optim import Optimizer

from graincast.base import checkpoint
from graincast.base.command import log
from graincast.base.errors import GraincastError
from graincast.training.learner import Learner
from graincast.training.progress import Progress


@dataclass(frozen=True)
class State:
    """All that a training goes on from."""

    learner: Learner
    optimizers: Mapping[str, Optimizer]
    progress: Progress


@dataclass
class ResumeFile:
    """The side checkpoint of one training. It stands outside the declared outputs, which Snakemake deletes."""

    path: Path
    every_seconds: float
    saved_at: float = field(default_factory=time.monotonic)

    def restore(self, learner: Learner, optimizers: Mapping[str, Optimizer]) -> State:
        """Put the saved state into learner and optimizers; a fresh start if there is none."""
        if not self.path.exists():
            return State(learner, optimizers, Progress())
        tensors, about = checkpoint.load(self.path)
        checkpoint.fill(learner, _with_prefix(tensors, "learner/"), self.path)
        for name, optimizer in optimizers.items():
            _fill_optimizer(optimizer, _with_prefix(tensors, f"optimizer/{name}/"))
        progress = Progress(**about["progress"], best=_with_prefix(tensors, "best/"))
        log.info("resuming at epoch %d, batch %d from %s", progress.epoch + 1, progress.batch, self.path)
        return State(learner, optimizers, progress)

    def save(self, state: State) -> None:
        """Save the state now."""
        tensors = {f"learner/{name}": tensor for name, tensor in state.learner.state_dict().items()}
        for name, optimizer in state.optimizers.items():
            tensors |= {f"optimizer/{name}/{key}": tensor for key, tensor in _entries(name, optimizer).items()}
        tensors |= {f"best/{name}": tensor for name, tensor in state.progress.best.items()}
        numbers = {field.name: getattr(state.progress, field.name) for field in dataclasses.fields(state.progress)}
        del numbers["best"]
        checkpoint.save(self.path, tensors, {"kind": "unfinished training", "progress": numbers})
        self.saved_at = time.monotonic()

    def save_if_due(self, state: State) -> None:
        """Save the state if the last save is long enough ago."""
        if time.monotonic() - self.saved_at >= self.every_seconds:
            self.save(state)

    def discard(self) -> None:
        """The training is finished and its weights are in place."""
        self.path.unlink(missing_ok=True)


def _with_prefix(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def _entries(name: str, optimizer: Optimizer) -> dict[str, Tensor]:
    """What an optimizer remembers of each weight; an error if that is no tensor."""
    entries = {}
    for index, remembered in optimizer.state_dict()["state"].items():
        for key, entry in remembered.items():
            if isinstance(entry, Tensor):
                entries[f"{index}.{key}"] = entry
            elif entry is not None:
                kind = f"{type(entry).__name__} '{key}'"
                raise GraincastError(
                    f"optimizer '{name}' ({type(optimizer).__name__}) keeps a {kind}, which no resume can"
                )
    return entries


def _fill_optimizer(optimizer: Optimizer, entries: dict[str, Tensor]) -> None:
    state: dict[int, dict[str, Tensor]] = {}
    for entry, tensor in entries.items():
        index, key = entry.split(".", 1)
        state.setdefault(int(index), {})[key] = tensor
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
