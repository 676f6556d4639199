"""A moving average of a model's weights: often better than the last ones, of a generator above all.

    a <- d a + (1 - d) w    after each step

with the decay d near 1, and smaller at first, (1 + n) / (10 + n) at step n, lest it remember the fresh weights.
Buffers, such as running statistics, are those of the model.
"""

import copy
from typing import Generic, TypeVar

import torch
from torch import Tensor, nn

Model = TypeVar("Model", bound=nn.Module)


class Average(nn.Module, Generic[Model]):
    """Part of a learner's state: made before the model is compiled, and asked to follow at the end of each step."""

    steps: Tensor

    def __init__(self, model: Model, decay: float) -> None:
        super().__init__()
        self.model: Model = copy.deepcopy(model).requires_grad_(False)
        self.decay = decay
        self.register_buffer("steps", torch.zeros((), dtype=torch.int64))

    @torch.no_grad()
    def follow(self, model: nn.Module) -> None:
        """A step is made."""
        self.steps += 1
        steps = int(self.steps)
        decay = min(self.decay, (1 + steps) / (10 + steps))
        for mine, its in zip(self.model.parameters(), model.parameters(), strict=True):
            mine.lerp_(its, 1 - decay)
        for copied, buffer in zip(self.model.buffers(), model.buffers(), strict=True):
            copied.copy_(buffer)
