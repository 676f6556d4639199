"""All scores of one source, step by step and over all steps."""

from collections.abc import Sequence

import numpy as np

from graincast.generation.catalogue import ALL_STEPS
from graincast.generation.data.drawn import DrawnMap
from graincast.generation.judging import comparing, copying
from graincast.generation.judging.comparing import MadePopulation, Scores

COPIES_LOOKED_FOR = 16


def by_step(
    made: Sequence[DrawnMap], truth: Sequence[DrawnMap], learned: Sequence[DrawnMap], rng: np.random.Generator
) -> dict[int, Scores]:
    """Scores by step; those over all steps under `ALL_STEPS`."""
    steps = sorted({one.step for one in made} & {one.step for one in truth})
    of_made, of_truth = (_populations(maps, steps) for maps in (made, truth))
    found = {
        step: comparing.scores(one, other) | comparing.intervals(one, other, rng)
        for step, one, other in zip(steps, of_made, of_truth, strict=True)
    }
    found[ALL_STEPS] = comparing.told_apart(of_made, of_truth, rng)
    found[ALL_STEPS]["seconds"] = float(np.mean([one.seconds for one in made]))
    if learned:
        found[ALL_STEPS] |= _copied(made, truth, learned, rng)
    return found


def _populations(maps: Sequence[DrawnMap], steps: Sequence[int]) -> list[MadePopulation]:
    return [comparing.population([one for one in maps if one.step == step]) for step in steps]


def _copied(
    made: Sequence[DrawnMap], truth: Sequence[DrawnMap], learned: Sequence[DrawnMap], rng: np.random.Generator
) -> Scores:
    """How alike the most alike place in what was learned from is, of made pieces and of unseen true ones."""
    alike = [copying.most_alike(copying.pieces(maps, COPIES_LOOKED_FOR, rng), learned) for maps in (made, truth)]
    return {
        "nearest_training_piece": float(np.mean(alike[0])),
        "nearest_training_piece_largest": float(np.max(alike[0])),
        "nearest_training_piece_of_truth": float(np.mean(alike[1])),
        "nearest_training_piece_of_truth_largest": float(np.max(alike[1])),
    }
