"""Published numbers beside ours: landmarks, each of another data set, and no bar that ours would clear or miss.

The published numbers stand in `config/landmarks.csv`, ours come from the summary of scores and the table of speed.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import pandas as pd

from graincast.base.errors import GraincastError
from graincast.growth.experiment import Experiment
from graincast.growth.sections.cost import HEADLINE, Speed
from graincast.growth.timing.comparison import comparisons
from graincast.report.parts import Section, Table, Words

HOME = "home"  # the kind of a case like the training data; any other is the name of a size law
SPEED_UP = "speed_up"
SCORES = {
    "ssim": "SSIM",
    "mean_radius_error": "relative error of the mean grain size",
    SPEED_UP: "solver's time over model's",
}
READINGS = ("found", "best of its models", "at most", "more than")
OTHER = "another data set"
NONE = "not evaluated"


@dataclass(frozen=True)
class Landmark:
    work: str
    source: str
    data: str  # what it was measured on
    kind: str  # of our case beside it
    score: str
    value: float
    reading: str  # one of READINGS


def read(path: Path) -> list[Landmark]:
    """The published numbers of a CSV file."""
    names = [field.name for field in fields(Landmark)]
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, strict=True, restkey="", restval=""))
    found = list(rows[0]) if rows else []
    if found != names:
        raise GraincastError(f"{path}: has the columns {found}, expected {names}")
    return [_landmark(row, f"{path}: row {number}") for number, row in enumerate(rows, 2)]


def section(
    landmarks: Sequence[Landmark],
    numbers: pd.DataFrame,
    speeds: Mapping[str, Speed],
    laws: Mapping[str, str],
    experiment: Experiment,
) -> Section:
    """The section; `numbers` is the summary of scores, `laws` the size law of each case."""
    dataset, models = experiment.datasets[0], experiment.models
    ours = numbers[numbers["trained on"] == dataset]
    rows = [
        _row(landmark, case, ours, speeds, dataset, models)
        for landmark in landmarks
        for case in _cases(landmark.kind, laws, dataset) or [NONE]
    ]
    lead = (
        "Published numbers are landmarks, no bar: each was measured on another data set, with other structures, "
        "pixels, frames and solvers, so neither a higher nor a lower number of ours says who is better. Ours are means "
        "over structures, frames and trainings; our mean grain size is the mean radius of equivalent circles, and our "
        "solver is timed at the model's error."
    )
    formats = dict.fromkeys(("published", *models), "{:.4g}")
    shown = Table("landmarks", pd.DataFrame(rows), "Published numbers beside ours", formats)
    return Section("landmarks", "Published numbers, of other data sets", [Words([lead]), shown])


def _landmark(row: Mapping[str, str], where: str) -> Landmark:
    for key, choices in (("score", SCORES), ("reading", READINGS)):
        if row[key] not in choices:
            raise GraincastError(f"{where}: key '{key}' is '{row[key]}', expected one of {list(choices)}")
    try:
        return Landmark(**{**row, "value": float(row["value"])})  # type: ignore[arg-type]
    except ValueError:
        raise GraincastError(f"{where}: key 'value' is '{row['value']}', expected a number") from None


def _cases(kind: str, laws: Mapping[str, str], dataset: str) -> list[str]:
    """Our cases of a kind: the training data itself, or cases of a size law that were not trained on."""
    if kind == HOME:
        return [dataset] if dataset in laws else []
    return [case for case, law in laws.items() if law == kind and case != dataset]


def _row(
    landmark: Landmark,
    case: str,
    ours: pd.DataFrame,
    speeds: Mapping[str, Speed],
    dataset: str,
    models: Sequence[str],
) -> dict[str, str | float]:
    values = _speed_ups(speeds, dataset, models) if landmark.score == SPEED_UP else _means(ours, case, landmark.score)
    return {
        "published work": landmark.work,
        "score": SCORES[landmark.score],
        "published": landmark.value,
        "which is": landmark.reading,
        "our case": case,
        **{model: values.get(model, float("nan")) for model in models},
        "measured on": f"{OTHER}: {landmark.data}",
        "source": landmark.source,
    }


def _means(ours: pd.DataFrame, case: str, score: str) -> dict[str, float]:
    chosen = ours[(ours["case"] == case) & (ours["score"] == score)]
    return dict(zip(chosen["model"], chosen["mean"], strict=True))


def _speed_ups(speeds: Mapping[str, Speed], dataset: str, models: Sequence[str]) -> dict[str, float]:
    """The solver's seconds over a model's at equal error, on the device where the model is fastest."""
    if dataset not in speeds:
        return {}
    rows = [row for row in comparisons(speeds[dataset].rows, models) if row["criterion"] == HEADLINE]
    return {
        str(model): float(of_model["solver_seconds"].iloc[0] / of_model["seconds"].iloc[0])
        for model, of_model in pd.DataFrame(rows).sort_values("seconds").groupby("model", sort=False)
    }
