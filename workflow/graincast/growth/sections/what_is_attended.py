"""The report's section on what models attend to: rank correlations along boundaries, maps of a structure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from graincast.growth.experiment import Experiment
from graincast.growth.figures.attention_maps import attention_beside
from graincast.growth.judging import boundary_motion
from graincast.growth.sections.examples import Examples
from graincast.report.parts import HIGH, LOW, Part, Picture, Section, Table, Words

LEVEL = 0.05
DRAWN = ("curvature", "speed")  # of the fields of boundaries
KEYS = ["case", "model", "dataset"]
MEAN = "mean rank correlation"
SHARE = f"structures with p < {LEVEL}"
NOTE = (
    "Spearman's coefficient, over the tokens with boundary that a model can read, of how much a token is read for the "
    "first forecast frame with the true curvature, the size of the grains beside and the true speed of the boundary. "
    "p is two-sided, from shifts of the whole attention map around the periodic box; the share of structures is over "
    f"all trainings, and attention that knows nothing has {100 * LEVEL:.0f} % there. A correlation says what is read, "
    "not what it is good for."
)
Row = dict[Any, Any]


def section(scores: pd.DataFrame, numbers: pd.DataFrame, examples: Examples, experiment: Experiment) -> Section | None:
    """Pictures and table; nothing where no model has attention. `numbers` is the summary of the scores."""
    found = rows(scores, numbers)
    if not found:
        return None
    parts: list[Part] = [*_pictures(found, examples, experiment), _table(found), Words([NOTE], "note")]
    return Section("attention", "What the models attend to", parts)


def rows(scores: pd.DataFrame, numbers: pd.DataFrame) -> list[Row]:
    """A row a case, model, training data set and field, with the share of structures and trainings below `LEVEL`."""
    named = {f"attention_{field}": field for field in boundary_motion.FIELDS}
    p_values = scores[scores["score"].isin([f"{score}_p" for score in named])]
    shares = (p_values["value"] < LEVEL).groupby([p_values[key] for key in (*KEYS, "score")]).mean()
    found = []
    for row in numbers[numbers["score"].isin(named)].to_dict("records"):
        share = shares[row["case"], row["model"], row["trained on"], f"{row['score']}_p"]
        found.append({**row, "field": named[row["score"]], "share": float(share)})
    return found


def _table(found: Sequence[Row]) -> Table:
    columns = {"field": "attention with", "mean": MEAN, "low": MEAN + LOW, "high": MEAN + HIGH, "share": SHARE}
    kept = ["case", "model", "trained on", *columns, "structures", "seeds"]
    frame = pd.DataFrame(found)[kept].rename(columns=columns)
    return Table("attention", frame, "Attention against true boundaries", {MEAN: "{:+.3f}", SHARE: "{:.0%}"})


def _pictures(found: Sequence[Row], examples: Examples, experiment: Experiment) -> Iterator[Picture]:
    """A picture a case: the first test structure, each model trained on the first data set from the first seed."""
    for case in dict.fromkeys(row["case"] for row in found):
        here = [row for row in found if row["case"] == case and row["trained on"] == experiment.datasets[0]]
        models = list(dict.fromkeys(row["model"] for row in here))
        yield _picture(case, {model: examples[model, case] for model in models}, here)


def _picture(case: str, stored: Mapping[str, Mapping[str, np.ndarray]], here: Sequence[Row]) -> Picture:
    first = next(iter(stored.values()))
    attended = {model: arrays["attention"] for model, arrays in stored.items()}
    figure = attention_beside(first["labels"], {name: first[name] for name in DRAWN}, attended)
    values = ", ".join(f"{row['model']} with {row['field']} {row['mean']:+.2f}" for row in here)
    caption = (
        "Along the boundaries at the first frame: true curvature and true speed over k until the next frame, both in "
        "1/px, and how much each model's tokens are read (1: all alike). Grey: no boundary or not readable; "
        "each map has its own scale."
    )
    alt = f"Maps of boundaries of one structure of {case}. Mean rank correlations over structures: {values}."
    return Picture(f"attention_{case}", figure, caption, alt, case)
