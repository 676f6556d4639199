"""Whether made grains can be told from true ones: the classifier two-sample test.

A classifier learns to tell rows of the two sets apart and is asked about rows that it has not seen; if both come from
one distribution it can do no better than chance (Lopez-Paz and Oquab, ICLR 2017). The score is the area under the ROC
curve, the chance that a made row looks more made than a true one, ties half: 0.5 where they cannot be told apart, 1
where they always can. Rows of one field are alike, so a field as a whole is learned from or asked about, in as many
turns as there are folds, and the interval is a percentile bootstrap over the fields of both sets. It knows nothing of
chance in learning, so it is too short: of sets that are alike, of three or ten fields each, it held 0.5 in 8 of 10.

The classifier is gradient boosting of small trees on histograms (Friedman, Ann. Stat. 29, 1189, 2001), which takes NaN
as a value of its own. It runs on one thread, so that the order of sums, and so the score, is the same everywhere.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from graincast.base.errors import GraincastError

FOLDS = 5
TREES, LEAVES, LEAF_ROWS, BINS, RATE = 100, 8, 20, 64, 0.1
DRAWS = 2000
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Discrimination:
    """Area under the ROC curve with its interval."""

    auroc: float
    low: float
    high: float


def told_apart(
    made: Floats,
    made_fields: NDArray,
    truth: Floats,
    truth_fields: NDArray,
    rng: np.random.Generator,
    level: float = 0.95,
) -> Discrimination:
    """How well rows [rows, features] are told apart that belong to the named fields [rows] of each set."""
    fields = [np.unique(names, return_inverse=True)[1] for names in (made_fields, truth_fields)]
    counts = [int(field.max(initial=-1)) + 1 for field in fields]
    if min(counts) < 2:
        raise GraincastError(
            f"{counts[0]} made and {counts[1]} true fields cannot be told apart by fields not learned from: "
            "expected two or more of each"
        )
    folds = min(FOLDS, *counts)
    fold = np.concatenate(
        [(rng.permutation(count) % folds)[field] for count, field in zip(counts, fields, strict=True)]
    )
    is_made = np.repeat([True, False], [len(made), len(truth)])
    score = _asked(np.concatenate([made, truth]), is_made, fold)
    wins = _wins(score[is_made], fields[0], score[~is_made], fields[1])
    sizes = [np.bincount(field) for field in fields]
    low, high = _interval(wins, sizes[0], sizes[1], rng, level)
    return Discrimination(float(wins.sum() / (len(made) * len(truth))), low, high)


def _asked(rows: Floats, is_made: NDArray[np.bool_], fold: NDArray[np.integer]) -> Floats:
    """How made each row looks to the classifier that has not seen its fold."""
    score = np.empty(len(rows))
    with threadpool_limits(1):
        for asked in range(int(fold.max()) + 1):
            learned = fold != asked
            trees = HistGradientBoostingClassifier(
                learning_rate=RATE,
                max_iter=TREES,
                max_leaf_nodes=LEAVES,
                min_samples_leaf=LEAF_ROWS,
                max_bins=BINS,
                early_stopping=False,
                class_weight="balanced",  # or scores of folds with unlike shares would not compare
                random_state=0,
            )
            told = ~np.isnan(rows[learned]).all(axis=0)  # the library bins no column without a number
            trees.fit(rows[learned][:, told], is_made[learned])
            score[~learned] = trees.decision_function(rows[~learned][:, told])
    return score


def _wins(made: Floats, made_field: NDArray, truth: Floats, truth_field: NDArray) -> Floats:
    """In how many pairs [made fields, true fields] of rows the made one has the larger score, ties half."""
    wins = []
    for field in range(int(truth_field.max()) + 1):
        scores = np.sort(truth[truth_field == field])
        below = sum(np.searchsorted(scores, made, side) for side in ("left", "right"))
        wins.append(np.bincount(made_field, 0.5 * below))
    return np.stack(wins, axis=1)


def _interval(
    wins: Floats, made: NDArray[np.integer], truth: NDArray[np.integer], rng: np.random.Generator, level: float
) -> tuple[float, float]:
    """Percentile interval of the share of pairs that are won, drawing the fields, of so many rows, again."""
    one, other = (rng.multinomial(len(sizes), np.full(len(sizes), 1 / len(sizes)), DRAWS) for sizes in (made, truth))
    shares = np.einsum("di,ij,dj->d", one, wins, other, optimize=True) / ((one @ made) * (other @ truth))
    low, high = np.quantile(shares, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
