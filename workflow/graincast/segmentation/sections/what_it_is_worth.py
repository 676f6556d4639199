"""The page's section on parts: other models beside the first of each kind, ablations, and a second protocol.

A model NAME_PART is an ablation of the model NAME, where both are there: the two are compared picture by picture.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from graincast.report.parts import Part, Section, Table, Words
from graincast.report.words import interval
from graincast.scoring.summary import summary
from graincast.segmentation import training_section
from graincast.segmentation.experiment import MODELS, TRACED, Experiment
from graincast.segmentation.sections import told
from graincast.segmentation.sections.way_names import WayNames

NOTE = (
    "Errors are adapted Rand errors with 95 % intervals over pictures. Models that are not the first of their kind are "
    "trained once. The second protocol learns from traced micrographs of other fields than those that are scored, and "
    "from as many drawn pictures; it is told apart from the main one, which has seen no real picture."
)
KINDS = ("guesser", "repairer", "partitioner")


def section(scores: pd.DataFrame, experiment: Experiment, ways: WayNames) -> Section | None:
    """None where each kind has one model."""
    if not ways.others:
        return None
    rows = [row for kind in KINDS for row in _of_kind(scores, experiment, ways, kind)]
    said = [*_compared(scores, experiment.dataset, rows), *_taught(scores, experiment, ways)]
    frame = pd.DataFrame(rows).drop(columns="name")
    formats = {name: "{:.3f}" for name in frame.columns if frame[name].dtype.kind == "f"}
    table = Table("models", frame, "Other models of each kind, and what they see and learn from", formats)
    parts: list[Part] = [Words(said, "list"), table] if said else [table]
    return Section("worth", "What is each part worth?", [*parts, Words([NOTE], "note")])


def _of_kind(scores: pd.DataFrame, experiment: Experiment, ways: WayNames, kind: str) -> list[dict[str, Any]]:
    """A row a model of a kind that has several, by the way that all of them go."""
    models = experiment.of_kind(kind)
    others = [name for name, model in ways.others.items() if model in models]
    if not others:
        return []
    way = others[0].split("/")[0]
    return [_row(scores, experiment, f"{way}/{model}", model) for model in models]


def _row(scores: pd.DataFrame, experiment: Experiment, name: str, model: str) -> dict[str, Any]:
    spec = training_section.load(MODELS / f"{model}.yaml")
    here = scores[scores["model"] == name]
    row: dict[str, Any] = {
        "name": name,
        "model": model,
        "sees": ", ".join(spec.settings["inputs"]),
        "learns from": experiment.learned_from(model),
        "looks": spec.training.looks,
    }
    for title, some in (
        ("drawn", told.at_home(here, experiment.dataset)),
        ("quality maps", told.on_measured(here)),
        ("traced", told.on_traced(here)),
    ):
        row |= _error(title, some)
    bias = told.at_home(here, experiment.dataset).query("score == 'count_bias'")["value"]
    return {**row, "grains, too many": bias.mean()}


def _error(title: str, scores: pd.DataFrame) -> Mapping[str, float]:
    """The mean error with its interval; nothing where none was scored."""
    some = scores[scores["score"] == told.ERROR]
    if some.empty:
        return {}
    mean = summary(some.assign(case="all")).iloc[0]
    return {title: mean["mean"], f"{title} low": mean["low"], f"{title} high": mean["high"]}


def _compared(scores: pd.DataFrame, case: str, rows: list[dict[str, Any]]) -> list[str]:
    """Each ablation against what it is one of."""
    by_model = {row["model"]: row["name"] for row in rows}
    said = []
    for model, name in by_model.items():
        wholes = [other for other in by_model if model.startswith(f"{other}_")]
        if not wholes:
            continue
        whole = max(wholes, key=len)
        away, low, high = told.difference(told.at_home(scores, case), name, by_model[whole])
        found = f"{away:+.3f} {interval(low, high)}, {told.verdict(low, high)}"
        said.append(f"{model} against {whole} on drawn pictures: {found}.")
    return said


def _taught(scores: pd.DataFrame, experiment: Experiment, ways: WayNames) -> list[str]:
    """Models of the second protocol, on fields that they have not seen, against the main one and the best floor."""
    real = told.on_traced(scores)
    said = []
    for name, model in ways.others.items():
        if experiment.taught_on.get(model) != TRACED or real[real["model"] == name].empty:
            continue
        error = told.by_picture(real, told.ERROR)[name].mean()
        others = (told.best(real, ways.learned), told.best(real, ways.floors))
        against = [
            f"{away:+.3f} {interval(low, high)} against '{ways.label(other)}'"
            for other in others
            if other is not None
            for away, low, high in [told.difference(real, name, other)]
        ]
        said.append(
            f"Second protocol: {model}, taught on other fields, has an adapted Rand error of {error:.3f} on traced "
            f"micrographs; {', '.join(against)}."
        )
    return said
