"""Symmetries of isotropic periodic growth: shifts, quarter turns and flips of a whole sequence at once."""

from collections.abc import Iterable

import numpy as np
import torch
from torch import Tensor

from graincast.growth.forecaster import Sequences


def randomly_moved(sequences: Sequences, chances: Iterable[np.random.Generator]) -> Sequences:
    """Each sequence of a batch shifted, turned (square ones by any quarter) and flipped by its own draw."""
    height, width = sequences.images.shape[-2:]
    turns = (0, 1, 2, 3) if height == width else (0, 2)
    moves = [
        (int(rng.integers(height)), int(rng.integers(width)), int(rng.choice(turns)), bool(rng.integers(2)))
        for rng in chances
    ]
    images, grains = (
        torch.stack([moved(frames, *move) for frames, move in zip(part, moves, strict=True)])
        for part in (sequences.images, sequences.grains)
    )
    return Sequences(images, grains)


def moved(frames: Tensor, down: int, right: int, turns: int, flip: bool) -> Tensor:
    """Frames [..., H, W] shifted, turned and flipped."""
    frames = torch.rot90(torch.roll(frames, (down, right), dims=(-2, -1)), turns, dims=(-2, -1))
    return frames.flip(-1) if flip else frames
