"""The report's section on equivariance: how far forecasts are from turning with their input, beside their errors."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from graincast.report.parts import HIGH, LOW, Section, Table, Words
from graincast.scoring import summary

SCORES = ("shift_error", "turn_error", "flip_error", "relabel_error")
SHOWN = {
    **dict(zip(SCORES, ("shift", "quarter turn", "flip", "other grain numbers"), strict=True)),
    "error": "error against the truth",
}
NOTE = (
    "Growth knows no place, no direction and no numbers of grains. Root mean square difference of images between the "
    "forecast of a moved structure and the moved forecast, mean over frames, the first structures of a case and "
    "trainings; 0, up to rounding, for a model with the symmetry. The shift is by half a box and an odd number of "
    "pixels; other grain numbers only where a model knows of grains. Beside them the model's own error on the same. "
    "In brackets: bootstrap 95% intervals over structures, which are too narrow where these are few."
)
LOOKED_AT = ["case", "model", "dataset", "seed", "sample", "step"]


class Measured(NamedTuple):
    """A mean over structures, frames and seeds, and its 95% interval over structures."""

    mean: float
    low: float
    high: float


def section(scores: pd.DataFrame) -> Section | None:
    """A table; nothing where nothing was measured."""
    found = rows(scores)
    if not found:
        return None
    frame = pd.DataFrame([_shown(row) for row in found])
    table = Table("equivariance", frame, "Equivariance errors", dict.fromkeys(SHOWN.values(), "{:.2g}"))
    return Section("equivariance", "Equivariance", [table, Words([NOTE], "note")])


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


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """A row of `rows` with a column for each number, called as in the page."""
    shown = {"case": row["case"], "model": row["model"], "trained on": row["dataset"]}
    for score, words in SHOWN.items():
        values = row[score] or (np.nan,) * 3
        shown |= dict(zip((words, words + LOW, words + HIGH), values, strict=True))
    return shown | {"structures": row["structures"]}
