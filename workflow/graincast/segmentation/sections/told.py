"""What the table of scores says of ways: means over pictures and trainings, with intervals over pictures."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from graincast.scoring import significance
from graincast.scoring.summary import summary
from graincast.segmentation.experiment import MEASURED, TRACED
from graincast.segmentation.sections.way_names import WayNames

SCORES = {
    "rand_error": "adapted Rand error",
    "variation_of_information": "variation of information, bits",
    "split": "of it split",
    "merge": "of it merge",
    "boundary_f1_1px": "boundary F1, 1 px",
    "boundary_f1_2px": "boundary F1, 2 px",
    "average_precision": "average precision at 0.5",
    "closure": "boundaries closed",
    "count_bias": "grains, too many",
    "count_error": "error of the count",
    "astm_error": "error of ASTM G",
    "intercept_error": "error of the intercept",
    "sizes_w1": "W1 of sizes",
    "sizes_ks": "KS of sizes",
    "pixel_accuracy": "pixel accuracy",
    "pixel_accuracy_empty": "of an empty picture",
}
ERROR = "rand_error"


def at_home(scores: pd.DataFrame, case: str) -> pd.DataFrame:
    """Rows of the pictures that are drawn as those that models learned from."""
    return scores[scores["case"] == case]


def on_measured(scores: pd.DataFrame) -> pd.DataFrame:
    """Rows of measured maps."""
    return scores[scores["case"].str.startswith(f"{MEASURED} ")]


def on_traced(scores: pd.DataFrame) -> pd.DataFrame:
    """Rows of traced micrographs."""
    return scores[scores["case"].str.startswith(f"{TRACED} ")]


def table(scores: pd.DataFrame, ways: WayNames, names: Mapping[str, str]) -> pd.DataFrame:
    """A row a way: means of scores with their intervals, over all rows of a case."""
    told = summary(scores.assign(case="all"))
    rows = []
    for way, label in ways.labels.items():
        here = told[told["model"] == way].set_index("score")
        if here.empty:
            continue
        row: dict[str, object] = {"way": label}
        for name, title in names.items():
            if name in here.index:
                row |= {title: here.loc[name, "mean"], f"{title} low": here.loc[name, "low"]}
                row[f"{title} high"] = here.loc[name, "high"]
        trainings = here["seeds"].max()
        rows.append({**row, "trainings": int(trainings)})
    return pd.DataFrame(rows)


def by_picture(scores: pd.DataFrame, score: str) -> pd.DataFrame:
    """Means over trainings, a row a picture, a column a way."""
    here = scores[scores["score"] == score]
    return here.pivot_table(index=["case", "step", "sample"], columns="model", values="value", aggfunc="mean")


def best(scores: pd.DataFrame, names: Sequence[str], score: str = ERROR) -> str | None:
    """Of some ways the one with the least mean error."""
    means = by_picture(scores, score).reindex(columns=list(names)).mean().dropna()
    return str(means.idxmin()) if len(means) else None


def verdict(low: float, high: float) -> str:
    """What the interval of a difference of errors says of the first."""
    return "better" if high < 0 else "worse" if low > 0 else "not told apart"


def difference(scores: pd.DataFrame, one: str, other: str, score: str = ERROR) -> tuple[float, float, float]:
    """Mean over pictures of one less the other, with its interval: of pictures and, for each, of any training."""
    values = by_picture(scores, score)[[one, other]].dropna()
    apart = (values[one] - values[other]).to_numpy()
    low, high = significance.bootstrap_interval(apart, np.random.default_rng(0))
    return float(apart.mean()), low, high
