"""The report's section on what models attend to: rank correlations along boundaries, maps of a structure."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from graincast.experiment import Experiment
from graincast.figures.attention import attention_beside
from graincast.page.examples import example
from graincast.page.page import Picture, pictured
from graincast.scores import boundaries
from graincast.storage import read_arrays

LEVEL = 0.05
DRAWN = ("curvature", "speed")  # of the fields of boundaries
KEYS = ["case", "model", "dataset"]
Row = dict[Any, Any]


def section(
    folder: Path, scores: pd.DataFrame, numbers: pd.DataFrame, examples: Sequence[Path], experiment: Experiment
) -> dict[str, Any]:
    """Table and pictures, both empty where no model has attention; `numbers` is the summary of the scores."""
    found = rows(scores, numbers)
    return {"rows": found, "pictures": _pictures(folder, found, examples, experiment), "level": LEVEL}


def rows(scores: pd.DataFrame, numbers: pd.DataFrame) -> list[Row]:
    """A row a case, model, training data set and field, with the share of structures and trainings below `LEVEL`."""
    named = {f"attention_{field}": field for field in boundaries.FIELDS}
    p_values = scores[scores["score"].isin([f"{score}_p" for score in named])]
    shares = (p_values["value"] < LEVEL).groupby([p_values[key] for key in (*KEYS, "score")]).mean()
    found = []
    for row in numbers[numbers["score"].isin(named)].to_dict("records"):
        share = shares[row["case"], row["model"], row["trained on"], f"{row['score']}_p"]
        found.append({**row, "field": named[row["score"]], "share": float(share)})
    return found


def _pictures(folder: Path, found: Sequence[Row], examples: Sequence[Path], experiment: Experiment) -> list[Picture]:
    """A picture a case: the first test structure, each model trained on the first data set from the first seed."""
    pictures = []
    for case in dict.fromkeys(row["case"] for row in found):
        here = [row for row in found if row["case"] == case and row["trained on"] == experiment.datasets[0]]
        models = list(dict.fromkeys(row["model"] for row in here))
        stored = {
            model: read_arrays(example(examples, experiment, model, case), ("attention", "labels", *DRAWN))
            for model in models
        }
        pictures.append(_picture(folder, case, stored, here))
    return pictures


def _picture(folder: Path, case: str, stored: Mapping[str, Mapping[str, np.ndarray]], here: Sequence[Row]) -> Picture:
    first = next(iter(stored.values()))
    attended = {model: arrays["attention"][0] for model, arrays in stored.items()}
    figure = attention_beside(first["labels"][0], {name: first[name][0] for name in DRAWN}, attended)
    values = ", ".join(f"{row['model']} with {row['field']} {row['mean']:+.2f}" for row in here)
    caption = (
        "Along the boundaries at the first frame: true curvature and true speed over k until the next frame, both in "
        "1/px, and how much each model's tokens are read (1: all alike). Grey: no boundary or not readable; "
        "each map has its own scale."
    )
    alt = f"Maps of boundaries of one structure of {case}. Mean rank correlations over structures: {values}."
    return pictured(folder, f"attention_{case}", figure, caption, alt, case)
