"""Random numbers of a batch: each sample draws from a chance of its own."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from graincast.training.data import Chances


def normal(chances: Chances, shape: Sequence[int], device: torch.device) -> Tensor:
    """Normal numbers [b, ...]."""
    drawn = [chance.standard_normal(tuple(shape), np.float32) for chance in chances]
    return torch.from_numpy(np.stack(drawn)).to(device)


def gumbel(chances: Chances, shape: Sequence[int], device: torch.device) -> Tensor:
    """Numbers [b, ...] of Gumbel's law: with them on logits, each is the largest as often as its softmax says."""
    drawn = [chance.gumbel(size=tuple(shape)).astype(np.float32) for chance in chances]
    return torch.from_numpy(np.stack(drawn)).to(device)
