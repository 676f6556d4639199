"""The report's table of equivariance: how far forecasts are from turning with their input, beside their own errors."""

from typing import Any

import numpy as np
import pandas as pd

SCORES = ("shift_error", "turn_error", "flip_error", "relabel_error")
KEYS = ["case", "model", "dataset"]
LOOKED_AT = [*KEYS, "seed", "structure", "frame"]


def rows(scores: pd.DataFrame) -> list[dict[str, Any]]:
    """A row a case, model and training data set: means over structures, frames and seeds; None where nothing is.

    `error` is the root mean square error against the truth of the same structures and frames.
    """
    measured = scores[scores["score"].isin(SCORES)]
    if measured.empty:
        return []
    wide = measured.pivot_table(index=KEYS, columns="score", values="value", aggfunc="mean", sort=False)
    same = scores[scores["score"] == "mse"].merge(measured[LOOKED_AT].drop_duplicates(), on=LOOKED_AT)
    errors = np.sqrt(same["value"]).groupby([same[key] for key in KEYS]).mean()
    table = wide.reindex(columns=SCORES).assign(error=errors).astype(object)
    return [
        {str(name): value for name, value in row.items()}
        for row in table.where(table.notna(), None).reset_index().to_dict("records")
    ]
