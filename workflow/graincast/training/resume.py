"""The state of an unfinished training, saved beside the results so that it goes on exactly where it stopped.

All chance in training is drawn from (seed, epoch, batch), so weights, optimizer and position are the whole state.
"""

import dataclasses
import math
import time
from dataclasses import dataclass, field
from pathlib import Path

from torch import Tensor, nn
from torch.optim import Optimizer

from graincast.base import checkpoint
from graincast.base.command import log


@dataclass
class Progress:
    """Where a training is: epochs done, batches done in the current one, and the losses so far."""

    epoch: int = 0
    batch: int = 0
    loss_sum: float = 0.0
    seen: int = 0
    training_losses: list[float] = field(default_factory=list)
    validation_losses: list[float] = field(default_factory=list)
    best_loss: float = math.inf  # of the epochs that count
    without_gain: int = 0  # epochs since then
    best: dict[str, Tensor] = field(default_factory=dict)  # weights of that epoch

    def count(self, loss_sum: float, sequences: int) -> None:
        """A batch is done."""
        self.batch += 1
        self.loss_sum += loss_sum
        self.seen += sequences

    def close_epoch(self, validation_loss: float, counting: nn.Module | None) -> None:
        """All batches of the epoch are done; the weights of `counting` may be the best so far."""
        self.training_losses.append(self.loss_sum / self.seen)
        self.validation_losses.append(validation_loss)
        self.epoch, self.batch, self.loss_sum, self.seen = self.epoch + 1, 0, 0.0, 0
        if counting is not None and validation_loss < self.best_loss:
            self.best_loss, self.without_gain = validation_loss, 0
            self.best = {name: tensor.detach().clone() for name, tensor in counting.state_dict().items()}
        elif counting is not None:
            self.without_gain += 1

    def take_best(self, model: nn.Module) -> None:
        """Put the best weights into `model`; those of a training that never had a finite loss stay as they are."""
        if self.best:
            model.load_state_dict(self.best)


@dataclass
class ResumeFile:
    """The side checkpoint of one training. It stands outside the declared outputs, which Snakemake deletes."""

    path: Path
    every_seconds: float
    saved_at: float = field(default_factory=time.monotonic)

    def restore(self, model: nn.Module, optimizer: Optimizer) -> Progress:
        """Put the saved state into model and optimizer; a fresh start if there is none."""
        if not self.path.exists():
            return Progress()
        tensors, about = checkpoint.load(self.path)
        checkpoint.fill(model, _with_prefix(tensors, "model."), self.path)
        _fill_optimizer(optimizer, _with_prefix(tensors, "optimizer."))
        progress = Progress(**about["progress"], best=_with_prefix(tensors, "best."))
        log.info("resuming at epoch %d, batch %d from %s", progress.epoch + 1, progress.batch, self.path)
        return progress

    def save(self, model: nn.Module, optimizer: Optimizer, progress: Progress) -> None:
        """Save the state now."""
        tensors = {f"model.{name}": tensor for name, tensor in model.state_dict().items()}
        for index, entries in optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{index}.{name}": tensor for name, tensor in entries.items()}
        tensors |= {f"best.{name}": tensor for name, tensor in progress.best.items()}
        numbers = {field.name: getattr(progress, field.name) for field in dataclasses.fields(progress)}
        del numbers["best"]
        checkpoint.save(self.path, tensors, {"kind": "unfinished training", "progress": numbers})
        self.saved_at = time.monotonic()

    def save_if_due(self, model: nn.Module, optimizer: Optimizer, progress: Progress) -> None:
        """Save the state if the last save is long enough ago."""
        if time.monotonic() - self.saved_at >= self.every_seconds:
            self.save(model, optimizer, progress)

    def discard(self) -> None:
        """The training is finished and its weights are in place."""
        self.path.unlink(missing_ok=True)


def _with_prefix(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def _fill_optimizer(optimizer: Optimizer, entries: dict[str, Tensor]) -> None:
    state: dict[int, dict[str, Tensor]] = {}
    for key, tensor in entries.items():
        index, name = key.split(".", 1)
        state.setdefault(int(index), {})[name] = tensor
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
