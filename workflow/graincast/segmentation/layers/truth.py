"""What models learn from grains [b, rows, columns]: lines between them, and which pairs of pixels are of one grain."""

from collections.abc import Sequence

import torch
from torch import Tensor

from graincast.segmentation.data.known_pictures import UNKNOWN
from graincast.segmentation.layers.pixel_pairs import windows


def lines(labels: Tensor) -> tuple[Tensor, Tensor]:
    """Boundaries one pixel wide as 0 or 1, as `pictures.lines` draws them, and what is known [b, 1, rows, columns].

    A pixel is known if its own grain is, and those of the two pixels that it is compared with.
    """
    marked, there = torch.zeros_like(labels, dtype=torch.bool), labels != UNKNOWN
    known = there.clone()
    marked[:, :-1] |= labels[:, :-1] != labels[:, 1:]
    marked[:, :, :-1] |= labels[:, :, :-1] != labels[:, :, 1:]
    known[:, :-1] &= there[:, 1:]
    known[:, :, :-1] &= there[:, :, 1:]
    return marked[:, None].float(), known[:, None].float()


def pairs(labels: Tensor, offsets: Sequence[tuple[int, int]]) -> tuple[Tensor, Tensor]:
    """Whether pairs are of one grain, 0 or 1, and are known, [b, offsets, rows, columns], at the first of each pair."""
    wanted = torch.zeros(len(labels), len(offsets), *labels.shape[1:], device=labels.device)
    known = torch.zeros_like(wanted)
    for at, offset in enumerate(offsets):
        first, second = windows(labels.shape[1:], offset)
        one, other = labels[:, *first], labels[:, *second]
        wanted[:, at, *first] = (one == other).float()
        known[:, at, *first] = ((one != UNKNOWN) & (other != UNKNOWN)).float()
    return wanted, known
