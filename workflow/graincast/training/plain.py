"""The learner of most models: one network that says what its loss is, moved by AdamW.

The learning rate rises to its peak in a short while, then falls along a cosine to zero over the whole budget; the
gradient is clipped. On a GPU losses are computed in bfloat16 where that is safe, and chains of layers are compiled.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, final

import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.optim import AdamW, Optimizer

from graincast.training import batch_statistics, devices
from graincast.training.averaging import Average
from graincast.training.data import Chances
from graincast.training.descent import Descent
from graincast.training.learner import Learner

WARM_UP = 0.02  # of the budget, in which the learning rate rises

Loss = Callable[[Any, Any, Chances], Tensor]  # of a model on a batch: that of each sample, as [b]
Picture = Callable[[Any, Any], NDArray | None]  # of what a model makes of a batch
Statistics = Callable[[nn.Module], Sequence[Tensor]]  # that a model takes of batches


@dataclass(frozen=True)
class Pace:
    learning_rate: float  # peak
    gradient_clip: float  # largest norm of a step's gradient
    average: float | None = None  # decay of the moving average that is judged and kept; None: the weights themselves


def own_loss(model: Any, batch: Any, chances: Chances) -> Tensor:
    """What a model with a method `loss(batch, chances)` says."""
    losses: Tensor = model.loss(batch, chances)
    return losses


def no_picture(_model: Any, _batch: Any) -> None:
    """Nothing to look at."""


@final
class Plain(Learner):
    def __init__(
        self,
        model: nn.Module,
        pace: Pace,
        loss: Loss = own_loss,
        picture: Picture = no_picture,
        statistics: Statistics = batch_statistics.none,
    ) -> None:
        super().__init__()
        self.model = model
        self.average = None if pace.average is None else Average(model, pace.average)
        self.pace, self.loss, self.drawn, self.declared = pace, loss, picture, statistics
        self.device = torch.device("cpu")

    def ready(self, device: torch.device) -> None:
        """On a GPU chains of layers are compiled; the average is not, for it is only judged."""
        self.device = device
        devices.compile_chains(self.to(device).model, device)

    def optimizers(self) -> Mapping[str, Optimizer]:
        """One, of the model."""
        return {"model": AdamW(self.model.parameters(), lr=self.pace.learning_rate)}

    def step(self, batch: Any, chances: Chances, descent: Descent) -> dict[str, float]:
        """One step of gradient descent on the mean loss."""
        rate = warm_cosine(self.pace.learning_rate, descent.position.done)
        loss = descent.down("model", lambda: self._losses(self.model, batch, chances), rate, self.pace.gradient_clip)
        if self.average is not None:
            self.average.follow(self.model)
        return {"loss": loss}

    def judge(self, batch: Any, chances: Chances) -> Tensor:
        """The loss that it learns from, of the weights that are kept."""
        with self._at_rest():
            return self._losses(self.kept(), batch, chances)

    def kept(self) -> nn.Module:
        """The model, or its average."""
        return self.model if self.average is None else self.average.model

    def statistics(self) -> Sequence[Tensor]:
        """Those that it was given as declared."""
        return self.declared(self.model)

    def picture(self, batch: Any) -> NDArray | None:
        """What it was given to draw, if anything."""
        with torch.no_grad(), devices.uncompiled(self.device), self._at_rest():
            return self.drawn(self.kept(), batch)

    def _losses(self, model: nn.Module, batch: Any, chances: Chances) -> Tensor:
        with devices.mixed_precision(self.device):
            return self.loss(model, batch, chances)

    @contextmanager
    def _at_rest(self) -> Iterator[None]:
        """Statistics are used and not taken within; without any nothing changes, for a compiler would notice."""
        if not self.statistics():
            yield
            return
        self.kept().eval()
        try:
            yield
        finally:
            self.kept().train()


def warm_cosine(peak: float, done: float) -> float:
    """Up to the peak in a short while, then a cosine down to zero over the whole budget."""
    return peak * min(1.0, 0.01 + done / WARM_UP) * (1 + math.cos(math.pi * done)) / 2
