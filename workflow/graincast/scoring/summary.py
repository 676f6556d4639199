"""What the table of scores says, case by case and model by model."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from graincast.scoring.significance import all_pairs, bootstrap_interval

BETTER_WHEN_HIGH = {"ssim": True, "mse": False, "grain_count_error": False}
NAMES = ("case", "trained on", "score")
KEY = ["case", "model", "dataset", "score"]
NO_TRAINING = np.empty(0)  # of a bound


def summary(scores: pd.DataFrame, apart: Sequence[str] = ()) -> pd.DataFrame:
    """Mean over structures, frames and seeds, its 95 % interval over structures, and the spread between trainings.

    Rows that differ in the columns `apart` are summed up apart: those of each frame, for example.
    """
    key = [*KEY, *apart]
    rows: list[dict[str, Any]] = []
    structures, seeds = (_means(scores, key, each) for each in ("sample", "seed"))
    for name in scores[key].drop_duplicates().itertuples(index=False, name=None):
        case, model, dataset, score, *more = name
        by_structure, by_seed = structures[name], seeds.get(name, NO_TRAINING)
        low, high = bootstrap_interval(by_structure, np.random.default_rng(0))
        rows.append(
            {
                "case": case,
                "model": model,
                "trained on": dataset,
                "score": score,
                **dict(zip(apart, more, strict=True)),
                "mean": float(by_structure.mean()),
                "low": low,
                "high": high,
                "spread between seeds": float(np.ptp(by_seed)) if len(by_seed) else np.nan,
                "structures": len(by_structure),
                "seeds": len(by_seed),
            }
        )
    return pd.DataFrame(rows)


def _means(scores: pd.DataFrame, key: list[str], each: str) -> dict[Any, NDArray[np.float64]]:
    """Mean values by each structure or seed, in order, of all rows that agree in the columns `key`."""
    means = scores.groupby([*key, each])["value"].mean()
    return {name: here.to_numpy() for name, here in means.groupby(key)}


def comparisons(scores: pd.DataFrame, models: Sequence[str], chosen: Sequence[str]) -> pd.DataFrame:
    """Every pair of models on every case: paired difference of a score, its interval, and p-values over structures.

    Over the structures that all models with this score have; p is corrected for all pairs of one case and score (Holm).
    Trainings are averaged for these; `least` and `most` are the difference between any single training of each.
    """
    tables = []
    for key, here in scores[scores["score"].isin(chosen)].groupby(["case", "dataset", "score"], sort=False):
        by_model = here.pivot_table(index="sample", columns="model", values="value", aggfunc="mean")
        having = [name for name in models if name in by_model]
        by_model = by_model[having].dropna()
        columns = {name: by_model[name].to_numpy() for name in having}
        pairs = all_pairs(columns, by_model.index.to_numpy(), np.random.default_rng(0))
        pairs = _with_trainings(pairs, here[here["sample"].isin(by_model.index)])
        for at, value in enumerate(key):
            pairs.insert(at, NAMES[at], str(value))
        tables.append(pairs)
    return pd.concat(tables, ignore_index=True)


def _with_trainings(pairs: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Pairs of models with the least and most that a training of one differs from a training of the other.

    What is not trained has no seed and counts as one training.
    """
    trainings = scores.groupby(["model", "seed"], dropna=False)["value"].mean().groupby("model")
    least, most = trainings.min(), trainings.max()
    one, other = pairs["model"], pairs["other"]
    return pairs.assign(
        least=one.map(least).to_numpy(float) - other.map(most).to_numpy(float),
        most=one.map(most).to_numpy(float) - other.map(least).to_numpy(float),
    )


def verdicts(scores: pd.DataFrame, floor: str, score: str, besides: Sequence[str] = ()) -> pd.DataFrame:
    """A row a case and model: does it beat the floor, by how much, with the paired interval over structures.

    Those `besides` the models, such as bounds, are not judged. Structures that one of both lacks are left out; so is
    a case where either has none.
    """
    rows: list[dict[str, Any]] = []
    sign = 1 if BETTER_WHEN_HIGH[score] else -1
    for (case, dataset), here in scores.query("score == @score").groupby(["case", "dataset"], sort=False):
        by_model = here.pivot_table(index="sample", columns="model", values="value", aggfunc="mean")
        for model in [name for name in dict.fromkeys(here["model"]) if name not in (floor, *besides)]:
            both = by_model.reindex(columns=[model, floor]).dropna()
            if both.empty:
                continue
            gain = sign * (both[model] - both[floor]).to_numpy()
            low, high = bootstrap_interval(gain, np.random.default_rng(0))
            rows.append(
                {
                    "case": case,
                    "model": model,
                    "trained on": dataset,
                    "verdict": "beats" if low > 0 else "is worse than" if high < 0 else "cannot be told from",
                    "floor": floor,
                    score: both[model].mean(),
                    f"{score} of the floor": both[floor].mean(),
                    "gain": gain.mean(),
                    "low": low,
                    "high": high,
                    "structures": len(gain),
                }
            )
    return pd.DataFrame(rows)
