"""The page's section on the leak: one field learned from, and a test on other patches of it against one on new fields.

The publication cuts overlapping patches out of one field and splits them by chance, so its test patches show pixels
that were trained on. Patches of ours are cut anew every time; those of the fields learned from are such a test.
"""

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from graincast.generation.data.latents import TEST, TRAIN
from graincast.report.parts import HIGH, LOW, Section, Table, Words
from graincast.report.words import interval, percent
from graincast.scoring.significance import independent_interval
from graincast.scoring.summary import summary

SHOWN = {
    "reconstruction_mse": "squared error",
    "patch_rand_error_rebuilt": "adapted Rand error",
    "patch_count_bias_rebuilt": "grains, more or fewer",
}
TESTED_ON = {TRAIN: "the fields learned from (leaky)", TEST: "fields never seen"}
NOTE = (
    "Same model, same number of steps; 95% intervals over fields, that in the sentence above too. Leaky: other patches "
    "of the very fields that were learned from, as in a random split of overlapping patches."
)


def section(scores: pd.DataFrame, leaky: str, model: str) -> Section | None:
    """Of all rows of the characterised model, trained on few fields and on many; None where it was not."""
    chosen = scores[scores["score"].isin(SHOWN) & scores["sample"].notna() & scores["case"].isin(TESTED_ON)]
    chosen = chosen[chosen["model"] == model]
    if leaky not in set(chosen["dataset"]):
        return None
    chosen = chosen[chosen["seed"] == chosen.loc[chosen["dataset"] == leaky, "seed"].min()]
    rows = summary(chosen).to_dict("records")
    numbers = {(row["trained on"], row["case"], row["score"]): row for row in rows}
    frame = pd.DataFrame(
        [
            {
                "learned from": dataset,
                "tested on": words,
                "fields tested": numbers[dataset, case, "reconstruction_mse"]["structures"],
                **_with_ends({score: numbers[dataset, case, score] for score in SHOWN}),
            }
            for dataset in sorted(set(chosen["dataset"]), key=lambda name: name != leaky)
            for case, words in TESTED_ON.items()
        ]
    )
    seen, unseen = (_errors(chosen[(chosen["dataset"] == leaky) & (chosen["case"] == case)]) for case in (TRAIN, TEST))
    lead = (
        f"Learned from {leaky}, {model} has a squared error of {seen.mean():.4f} on other patches of what it learned "
        f"from and of {unseen.mean():.4f} on fields never seen: {_hidden(seen, unseen)}."
    )
    formats = {"squared error": "{:.4f}", "adapted Rand error": "{:.3f}", "grains, more or fewer": "{:+.1%}"}
    table = Table("leak", frame, "A test on pixels that were trained on, and one that is not", formats)
    return Section("leak", "What a leaky split hides", [Words([lead], "lead"), table, Words([NOTE], "note")])


def _errors(scores: pd.DataFrame) -> NDArray[np.float64]:
    """Squared errors of the fields, [fields]."""
    return scores[scores["score"] == "reconstruction_mse"].groupby("sample")["value"].mean().to_numpy(float)


def _hidden(seen: NDArray[np.float64], unseen: NDArray[np.float64]) -> str:
    """What a split that shares pixels hides: how much harder unseen fields are, if they are."""
    more = float(unseen.mean() / seen.mean() - 1)
    low, high = (end / seen.mean() for end in independent_interval(unseen, seen, np.random.default_rng(0)))
    if low > 0:
        return f"a split that shares pixels hides {percent(more)} of the error {interval(low, high, '{:.1%}')}"
    by = f"{more:+.1%}, {low:+.1%} to {high:+.1%}"
    nothing = "a split that shares pixels hides nothing that can be measured here"
    if high < 0:
        return f"unseen fields are easier ({by}), so {nothing}"
    return f"unseen fields are {'harder' if more > 0 else 'easier'} ({by}), but within chance: {nothing}"


def _with_ends(numbers: Mapping[str, Mapping[Hashable, Any]]) -> dict[str, float]:
    return {
        words + end: float(numbers[score][measure])
        for score, words in SHOWN.items()
        for end, measure in (("", "mean"), (LOW, "low"), (HIGH, "high"))
    }
