"""Where a training is, what its losses were, and the best weights so far."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from numpy.typing import NDArray
from torch import Tensor, nn


@dataclass
class Progress:
    """Epochs done, batches done in the current one, and losses by the names that the learner gives them."""

    epoch: int = 0
    batch: int = 0
    loss_sums: dict[str, float] = field(default_factory=dict)  # of the current epoch
    counts: dict[str, int] = field(default_factory=dict)  # samples in each of them: not every step gives every loss
    training_losses: list[dict[str, float]] = field(default_factory=list)  # by epoch
    validation_losses: list[float] = field(default_factory=list)
    best_loss: float = math.inf  # of the epochs that count
    without_gain: int = 0  # epochs since then
    best: dict[str, Tensor] = field(default_factory=dict)  # weights of that epoch

    def count(self, loss_sums: Mapping[str, float], samples: int) -> None:
        """A batch is done."""
        self.batch += 1
        for name, loss_sum in loss_sums.items():
            self.loss_sums[name] = self.loss_sums.get(name, 0.0) + loss_sum
            self.counts[name] = self.counts.get(name, 0) + samples

    def close_epoch(self, validation_loss: float, counting: nn.Module | None) -> None:
        """All batches of the epoch are done; the weights of `counting` may be the best so far."""
        self.training_losses.append({name: total / self.counts[name] for name, total in self.loss_sums.items()})
        self.validation_losses.append(validation_loss)
        self.epoch, self.batch, self.loss_sums, self.counts = self.epoch + 1, 0, {}, {}
        if counting is not None and validation_loss < self.best_loss:
            self.best_loss, self.without_gain = validation_loss, 0
            self.best = {name: tensor.detach().clone() for name, tensor in counting.state_dict().items()}
        elif counting is not None:
            self.without_gain += 1

    def take_best(self, model: nn.Module) -> None:
        """Put the best weights into `model`; those of a training that never had a finite loss stay as they are."""
        if self.best:
            model.load_state_dict(self.best)


@dataclass(frozen=True)
class Seen:
    """What there is to watch after an epoch."""

    progress: Progress
    rates: Mapping[str, float]  # learning rates, by optimizer
    norms: Mapping[str, float]  # of the last gradients before they were clipped, by optimizer
    picture: Callable[[], NDArray | None]  # an example, drawn when it is asked for
