"""What a training teaches, as the loop sees it: weights that make a step on a batch, and are judged by another.

Who plays in a step, in what order and how often, is the learner's own: a model alone, a critic and a generator. So are
precision, compilation, schedules, clipping and moving averages. A resume holds all of the `state_dict`: what a step has
to know of earlier ones, and is neither a weight nor in an optimizer, is a buffer.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.optim import Optimizer

from graincast.training.data import Chances
from graincast.training.descent import Descent


class Learner(nn.Module, ABC):
    @abstractmethod
    def ready(self, device: torch.device) -> None:
        """Go to a device and have compiled what is to be compiled there. Called once, before all else."""

    @abstractmethod
    def optimizers(self) -> Mapping[str, Optimizer]:
        """Fresh optimizers by the names of those whose weights they move: one, or a critic's and a generator's."""

    @abstractmethod
    def step(self, batch: Any, chances: Chances, descent: Descent) -> dict[str, float]:
        """One step on this process's share of a batch; the sums of losses over the whole batch, by name.

        A share may be empty: whatever looks at it stands in a function that is given to `descent`. All processes go
        `down` in the same order. Random numbers are drawn from `chances` alone.
        """

    @abstractmethod
    def judge(self, batch: Any, chances: Chances) -> Tensor:
        """The validation loss of each sample of a share that is not empty, as [b]; changes nothing."""

    @abstractmethod
    def kept(self) -> nn.Module:
        """What a training is for: its weights, the best of them, are written at the end. Perhaps a moving average."""

    @abstractmethod
    def statistics(self) -> Sequence[Tensor]:
        """Running statistics that a step takes from its share of a batch; none if samples do not know each other."""

    @abstractmethod
    def picture(self, batch: Any) -> NDArray | None:
        """An example [H, W] or [H, W, 3] in 0..1 from a validation batch, to be looked at; changes nothing."""
