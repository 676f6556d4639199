"""Data-parallel training over processes that torchrun started, on one node or several.

Every process holds the whole model and draws the same batches from the same seed; each computes its slice of a batch
and the gradients are summed, weighted by the slices. So the loss curve is that of one process, to rounding (but see
batch_statistics.py).
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
import torch.distributed as dist
from torch import Tensor


@dataclass(frozen=True)
class Team:
    rank: int
    size: int

    @property
    def leads(self) -> bool:
        """Whether this process is the one that writes."""
        return self.rank == 0

    @property
    def share(self) -> slice:
        """This process's samples of a batch; may be none."""
        return slice(self.rank, None, self.size)

    def add(self, tensors: Iterable[Tensor]) -> None:
        """Replace each tensor by its sum over the team, in place."""
        if self.size > 1:
            for tensor in tensors:
                dist.all_reduce(tensor)

    def agree(self, buffers: Iterable[Tensor], weight: float) -> None:
        """Replace each buffer by its mean over the team, in place, this process's having a share `weight` of 1.

        Whole numbers, such as counts of batches, become those of the process that leads.
        """
        if self.size > 1:
            for buffer in buffers:
                dist.all_reduce(buffer.mul_(weight if buffer.is_floating_point() else int(self.leads)))

    def anyone(self, mine: bool, device: torch.device) -> bool:
        """Whether any process says yes: all leave a loop at the same step or none does."""
        flag = torch.tensor(float(mine), device=device)
        self.add([flag])
        return bool(flag > 0)


@contextmanager
def team(device: torch.device) -> Iterator[Team]:
    """The processes of this training: those of torchrun, or this one alone."""
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size == 1:
        yield Team(0, 1)
        return
    dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield Team(dist.get_rank(), size)
    finally:
        dist.destroy_process_group()
