"""Multi-head self-attention over gathered tokens of a periodic grid (Vaswani et al. 2017).

A token's place enters by rotating queries and keys (Su et al. 2021), half of the channels with the row and half with
the column. Each pair of channels turns a whole number of times around the box, the number whose wavelength is nearest
to one of a fixed list: so weights depend on differences of places on the torus, and shifts by whole tokens commute
with attention to rounding.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from graincast.growth.layers.convolutions import gentle
from graincast.growth.layers.tokens import Gathered

SHORTEST, GROWTH = 3.0, 1.75  # wavelengths in tokens: the first, and each next one over the one before


def check_heads(channels: int, heads: int) -> None:
    """Refuse heads whose channels do not fall into pairs, as many for rows as for columns."""
    if heads < 1 or channels % (4 * heads):
        raise ValueError(f"{channels} channels cannot be shared among {heads} heads: take a multiple of 4 a head")


class Attention(nn.Module):
    def __init__(self, channels: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(channels)
        self.ask = nn.Linear(channels, 3 * channels, bias=False)
        self.answer = gentle(nn.Linear(channels, channels))

    def forward(self, part: Gathered) -> Tensor:
        """Tokens [B, N, C] after each chosen one has attended to the chosen ones of its sequence."""
        queries, keys, values = self._asked(part)
        heard = functional.scaled_dot_product_attention(queries, keys, values, attn_mask=_readable(part))
        answer: Tensor = self.answer(heard.transpose(1, 2).flatten(2))
        return part.tokens + answer

    def weights(self, part: Gathered) -> Tensor:
        """The attention weights [B, heads, h w, h w] over the whole grid, exactly 0 to and from tokens not chosen.

        For reading only: this spells out what the fused kernel of `forward` never stores.
        """
        shares = self._shares(part)
        tokens = part.grid[0] * part.grid[1]
        columns = part.places[:, None, None, :].expand_as(shares)
        wide = shares.new_zeros(*shares.shape[:3], tokens).scatter(3, columns, shares)
        rows = part.places[:, None, :, None].expand_as(wide)
        return shares.new_zeros(*shares.shape[:2], tokens, tokens).scatter(2, rows, wide)

    def received(self, part: Gathered) -> Tensor:
        """How much each token of the grid is read [B, h, w], 1 if all were read alike; exactly 0 if it is not chosen.

        That is the sum over readers, averaged over heads, one sequence after the other to spare memory.
        """
        flat = part.tokens.new_zeros(len(part.tokens), part.grid[0] * part.grid[1], dtype=torch.float32)
        for index in range(len(flat)):
            one = slice(index, index + 1)
            alone = Gathered(part.tokens[one], part.chosen[one], part.places[one], part.grid)
            flat[index, part.places[index]] = self._shares(alone).mean(dim=1).sum(dim=1)[0]
        return flat.reshape(-1, *part.grid)

    def _shares(self, part: Gathered) -> Tensor:
        """How much each gathered token reads of each [B, heads, N, N], exactly 0 to and from tokens not chosen."""
        queries, keys, _ = self._asked(part)
        scores = queries.float() @ keys.float().transpose(-2, -1) / math.sqrt(queries.shape[-1])
        shares = torch.softmax(scores.masked_fill(~_readable(part), -math.inf), dim=-1)
        return shares * part.chosen[:, None, :, None] * part.chosen[:, None, None, :]

    def _asked(self, part: Gathered) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys and values, each [B, heads, N, channels of a head]."""
        asked = self.ask(self.norm(part.tokens)).unflatten(-1, (3, self.heads, -1))
        queries, keys, values = asked.permute(2, 0, 3, 1, 4)
        turns = _turns(part, queries.shape[-1])
        return _turned(queries, turns), _turned(keys, turns), values


def _readable(part: Gathered) -> Tensor:
    """Which keys may be read, [B, 1, 1, N]. All of a sequence that has none: a softmax over nothing is not a number,
    and what is computed for tokens that are not chosen is dropped when they are put back."""
    return (part.chosen | ~part.chosen.any(dim=1, keepdim=True))[:, None, None, :]


def _turns(part: Gathered, channels: int) -> Tensor:
    """Angles [B, 1, N, channels / 2] by which the pairs of channels of each token are turned."""
    row, column = part.places // part.grid[1], part.places % part.grid[1]
    angles = [_angles(place, side, channels // 4) for place, side in zip((row, column), part.grid, strict=True)]
    return torch.cat(angles, dim=-1)[:, None]


def _angles(place: Tensor, side: int, pairs: int) -> Tensor:
    """Angles [B, N, pairs] of places along a side of so many tokens: whole periods, at least one, fit the side."""
    periods = [max(1, round(side / (SHORTEST * GROWTH**pair))) for pair in range(pairs)]
    return place[..., None] * (2 * math.pi / side * torch.tensor(periods, device=place.device))


def _turned(vectors: Tensor, turns: Tensor) -> Tensor:
    """Each pair of channels of the vectors turned by its angle, in full precision."""
    first, second = vectors.float().chunk(2, dim=-1)
    cos, sin = torch.cos(turns), torch.sin(turns)
    return torch.cat([first * cos - second * sin, first * sin + second * cos], dim=-1).to(vectors.dtype)
