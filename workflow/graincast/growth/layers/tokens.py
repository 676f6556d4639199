"""Work on chosen tokens of a grid only: they are gathered, changed and put back; the others are not even read.

Sequences of a batch hold different numbers of tokens, so each is filled up to the largest number with tokens that are
not chosen, which `Gathered.chosen` rules out.
"""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Gathered:
    tokens: Tensor  # [B, N, C]
    chosen: Tensor  # [B, N]: the others fill up
    places: Tensor  # [B, N] of each token in the grid, row by row
    grid: tuple[int, int]  # rows and columns


def gathered(grid: Tensor, mask: Tensor) -> Gathered:
    """The tokens of a grid [B, C, h, w] where the mask [B, h, w] says so; N is the largest number of them, or 1."""
    flat = mask.flatten(1)
    longest = max(1, int(flat.sum(dim=1).max()))
    places = torch.argsort(flat.to(torch.uint8), dim=1, descending=True, stable=True)[:, :longest]
    tokens = _taken(grid.flatten(2).transpose(1, 2), places)
    return Gathered(tokens, flat.gather(1, places), places, (grid.shape[2], grid.shape[3]))


def put_back(grid: Tensor, changed: Tensor, part: Gathered) -> Tensor:
    """The grid with its chosen tokens as in `changed` [B, N, C] and all others as they were."""
    flat = grid.flatten(2).transpose(1, 2)
    kept = torch.where(part.chosen[..., None], changed.to(grid.dtype), _taken(flat, part.places))
    index = part.places[..., None].expand(-1, -1, flat.shape[2])
    return flat.scatter(1, index, kept).transpose(1, 2).reshape(grid.shape)


def _taken(flat: Tensor, places: Tensor) -> Tensor:
    """Tokens [B, N, C] at places [B, N] of all tokens [B, h w, C]."""
    return flat.gather(1, places[..., None].expand(-1, -1, flat.shape[2]))
