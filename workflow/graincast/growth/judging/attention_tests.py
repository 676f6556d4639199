"""Whether a model attends to what matters: rank correlation of attention with a field along boundaries, with a null.

Attention and fields are both smooth, so neighbouring tokens are no independent sample and shuffling tokens would find
significance everywhere. The null shifts the attention map as a whole around the periodic box: it keeps its own
autocorrelation and loses its place (Lotwick and Silverman, J. R. Stat. Soc. B 44, 406, 1982). Attention is exactly 0
off the boundaries, and a shift would put these zeros on them; so every other token first takes the attention of the
nearest boundary token. p is the share of shifts, the one by nothing included, with a correlation as far from 0.

The tokens that count hold a boundary pixel of the true grain map and can be read: a token whose only boundary pixel is
too faint for the model's mask is not chosen by the attention, and its 0 says nothing of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

from graincast.growth.judging.boundary_motion import per_token
from graincast.material.grains.geometry import boundary_pixels
from graincast.scoring.uncertainty import correlations, ranked

SHIFTS = 999
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Association:
    correlation: float  # Spearman, over boundary tokens
    p: float  # two-sided
    tokens: int


def rows(
    identity: Mapping[str, Any],
    attention: NDArray,
    fields: Mapping[str, NDArray],
    labels: NDArray[np.integer],
    seed: int,
) -> Iterator[dict[str, Any]]:
    """Attention of tokens [h, w] with each field of pixels [H, W] on the boundaries of labels [H, W], and its p.

    All fields and all models of one seed meet the same shifts. A structure without a token that counts has no rows.
    """
    finite = np.nan_to_num(np.asarray(attention, float), nan=0.0, posinf=0.0, neginf=0.0)
    boundary, patch = boundary_pixels(labels), len(labels) // len(finite)
    holding = per_token(boundary.astype(float), boundary, patch)[1]
    mask = holding & (finite > 0)
    if not mask.any():
        return
    values = [per_token(np.asarray(field, float), boundary, patch)[0] for field in fields.values()]
    for name, found in zip(fields, associations(finite, values, mask, np.random.default_rng(seed)), strict=True):
        yield {**identity, "score": f"attention_{name}", "value": found.correlation}
        yield {**identity, "score": f"attention_{name}_p", "value": found.p}


def associations(
    attention: Floats, fields: Sequence[Floats], mask: NDArray[np.bool_], rng: np.random.Generator, shifts: int = SHIFTS
) -> list[Association]:
    """Attention [H, W] against fields [H, W] over the marked tokens [H, W], at least one; all meet the same shifts."""
    everywhere = extended(attention, mask)
    chosen = _random_shifts(attention.shape, shifts, rng)
    marked = np.argwhere(mask)
    at = (marked[None] - chosen[:, None]) % np.array(attention.shape)
    shifted = ranked(everywhere[at[..., 0], at[..., 1]])
    return [_association(correlations(shifted, ranked(field[mask])), len(marked)) for field in fields]


def _association(shifted: Floats, tokens: int) -> Association:
    """From the correlations by shift, of which the first is by nothing."""
    as_far = np.abs(shifted) >= abs(shifted[0]) - 1e-12
    return Association(float(shifted[0]), float(as_far.mean()), tokens)


def extended(attention: Floats, mask: NDArray[np.bool_]) -> Floats:
    """Attention [H, W] in which unmarked tokens have that of the nearest marked one across the periodic edges."""
    rows, columns = mask.shape
    tiled = np.tile(mask, (3, 3))
    row, column = distance_transform_edt(~tiled, return_distances=False, return_indices=True)
    middle = (slice(rows, 2 * rows), slice(columns, 2 * columns))
    return np.asarray(attention[row[middle] % rows, column[middle] % columns])


def _random_shifts(shape: tuple[int, ...], count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """The shift by nothing and then `count` others [1 + count, 2] without repetition, or all there are."""
    others = rng.permutation(np.arange(1, shape[0] * shape[1]))[:count]
    return np.stack(np.unravel_index(np.concatenate([[0], others]), shape[:2]), axis=1)
