"""Which physical descriptor a component of the latents carries: rank correlation against a permutation null.

The null shuffles fields as wholes, since patches of one field are no samples of their own: each field's descriptors go
to the components of another, and its patches are rolled. p is two-sided and corrected for all pairs of a component and
a descriptor (Holm). Steps differ in size and in much else, so all is asked twice: over all patches, and within steps,
where each step's mean is taken off and fields are shuffled among those of their step.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graincast.generation.judging.linear_reading import without_steps
from graincast.scoring.significance import holm
from graincast.scoring.uncertainty import ranked

SHUFFLES = 1999
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Carried:
    """Of each component and descriptor."""

    correlation: Floats  # [components, descriptors]
    p: Floats  # [components, descriptors], corrected
    limit: float  # 95 % of shuffles have no correlation beyond it, of any pair


def carried(scores: NDArray, structure: NDArray, field: NDArray[np.integer], rng: np.random.Generator) -> Carried:
    """Over all patches: scores [patches, components], structure [patches, descriptors]."""
    return _tested(scores, structure, field, np.zeros_like(field), rng)


def carried_within_steps(
    scores: NDArray, structure: NDArray, field: NDArray[np.integer], step: NDArray[np.integer], rng: np.random.Generator
) -> Carried:
    """The same of what is left of both when the mean of each step is taken off."""
    scores = np.stack([without_steps(column, step) for column in scores.T], axis=1)
    left = np.full(structure.shape, np.nan)
    for at, column in enumerate(structure.T):
        there = np.isfinite(column)
        left[there, at] = without_steps(column[there], step[there])
    return _tested(scores, left, field, step, rng)


def _tested(
    scores: NDArray,
    structure: NDArray,
    field: NDArray[np.integer],
    among: NDArray[np.integer],
    rng: np.random.Generator,
) -> Carried:
    """Fields are shuffled among those of the same number `among` [patches]."""
    one, other = (np.stack([_normed(column) for column in table.T]) for table in (scores, structure))
    found = one @ other.T
    null = np.stack([one[:, order] @ other.T for order in _shuffles(field, among, rng)])
    beyond = 1 + np.sum(np.abs(null) >= np.abs(found), axis=0)
    p = holm((beyond / (1 + len(null))).ravel()).reshape(found.shape)
    return Carried(found, p, float(np.quantile(np.abs(null).max(axis=(1, 2)), 0.95)))


def _normed(values: NDArray) -> Floats:
    """Ranks about their mean, of length 1; 0 where a value is none."""
    there = np.isfinite(values)
    found = np.zeros(len(values))
    if there.any():
        found[there] = ranked(values[there])
    return found / (float(np.linalg.norm(found)) or 1.0)


def _shuffles(
    field: NDArray[np.integer], among: NDArray[np.integer], rng: np.random.Generator
) -> list[NDArray[np.int64]]:
    """Orders of patches; all fields have as many, one after the other."""
    numbers = np.unique(field)
    patches = np.arange(len(field)).reshape(len(numbers), -1)
    kinds = among[patches[:, 0]]
    orders = []
    for _ in range(SHUFFLES):
        rows = np.arange(len(numbers))
        for kind in np.unique(kinds):
            rows[kinds == kind] = rng.permutation(rows[kinds == kind])
        orders.append(np.roll(patches[rows], int(rng.integers(patches.shape[1])), axis=1).ravel())
    return orders
