"""Symmetries of isotropic periodic growth: shifts, quarter turns and flips of a whole sequence at once."""

import numpy as np
import torch
from torch import Tensor


def randomly_moved(images: Tensor, rng: np.random.Generator) -> Tensor:
    """Each sequence [frames, H, W] of a batch shifted, turned and flipped by its own draw."""
    return torch.stack([_moved(sequence, rng) for sequence in images])


def _moved(sequence: Tensor, rng: np.random.Generator) -> Tensor:
    height, width = sequence.shape[-2:]
    down, right, turns, flip = (int(rng.integers(choices)) for choices in (height, width, 4, 2))
    sequence = torch.rot90(torch.roll(sequence, (down, right), dims=(-2, -1)), turns, dims=(-2, -1))
    return sequence.flip(-1) if flip else sequence
