"""A step down a loss: gradients summed over the processes, their norm bounded, the optimizer moved.

Every process holds a share of the batch, of any size, and adds its losses over the size of the whole batch: so the sum
of gradients is the gradient of the mean loss, exactly weighted. An empty share adds nought.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from graincast.training.parallel import Team

Losses = Callable[[], Tensor]  # the losses [b] of this process's share; called where that is not empty


@dataclass(frozen=True)
class Position:
    """Where in its budget a training is."""

    epoch: int  # from 0
    batch: int  # within the epoch, from 0
    batches: int  # of the epoch
    epochs: int  # of the budget

    @property
    def done(self) -> float:
        """Share of the budget that lies behind."""
        return (self.epoch + self.batch / self.batches) / self.epochs


@dataclass(frozen=True)
class Descent:
    """What the loop hands a learner for one step."""

    optimizers: Mapping[str, Optimizer]
    position: Position
    team: Team
    device: torch.device
    whole: int  # samples of the batch
    mine: int  # of them in this process's share
    statistics: Sequence[Tensor]
    norms: dict[str, float] = field(default_factory=dict)  # of the gradients, before they were clipped

    def down(self, name: str, losses: Losses, rate: float, clip: float = math.inf) -> float:
        """Move the weights of optimizer `name` down the mean of `losses`; their sum over the whole batch.

        Only these weights get a gradient, whatever else the losses come from.
        """
        optimizer = self.optimizers[name]
        optimizer.zero_grad(set_to_none=False)
        weights = _weights(optimizer)
        total = self._total(losses)
        if self.mine:
            torch.autograd.backward(total / self.whole, inputs=weights)
        loss_sum = total.detach().double()
        self.team.add([*(_gradient(one) for one in weights), loss_sum])
        self.team.agree(self.statistics, self.mine / self.whole)
        self.norms[name] = float(nn.utils.clip_grad_norm_(weights, clip, error_if_nonfinite=False))
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.step()
        return float(loss_sum)

    @torch.no_grad()
    def told(self, losses: Losses) -> float:
        """The sum of `losses` over the whole batch, to be told among the losses of a step; nothing goes down."""
        loss_sum = self._total(losses).double()
        self.team.add([loss_sum])
        return float(loss_sum)

    def _total(self, losses: Losses) -> Tensor:
        """The sum over this process's share."""
        return losses().float().sum() if self.mine else torch.zeros((), device=self.device)


def _weights(optimizer: Optimizer) -> list[Tensor]:
    return [one for group in optimizer.param_groups for one in group["params"] if one.requires_grad]


def _gradient(weights: Tensor) -> Tensor:
    if weights.grad is None:
        weights.grad = torch.zeros_like(weights)
    return weights.grad
