"""The report's table of equivariance: how far forecasts are from turning with their input, beside their own errors."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from graincast.scores import summary

SCORES = ("shift_error", "turn_error", "flip_error", "relabel_error")
LOOKED_AT = ["case", "model", "dataset", "seed", "structure", "frame"]


class Measured(NamedTuple):
    """A mean over structures, frames and seeds, and its 95 % interval over structures."""

    mean: float
    low: float
    high: float


def rows(scores: pd.DataFrame) -> list[dict[str, Any]]:
    """A row a case, model and training data set: `Measured` by score; None where nothing is.

    `error` is the root mean square error against the truth of the same structures and frames.
    """
    measured = scores[scores["score"].isin(SCORES)]
    same = scores[scores["score"] == "mse"].merge(measured[LOOKED_AT].drop_duplicates(), on=LOOKED_AT)
    errors = same.assign(score="error", value=np.sqrt(same["value"]))
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in summary.summary(pd.concat([measured, errors])).to_dict("records"):
        key = (row["case"], row["model"], row["trained on"])
        names = dict(zip(("case", "model", "dataset"), key, strict=True))
        here = found.setdefault(key, {**names, **dict.fromkeys((*SCORES, "error")), "structures": row["structures"]})
        here[row["score"]] = Measured(row["mean"], row["low"], row["high"])
    return list(found.values())
