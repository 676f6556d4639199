"""The report's section on doubt: what each model knows of its own errors, in sentences, a table and figures."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import product
from math import isnan, nan

import pandas as pd
from numpy.typing import NDArray

from graincast.growth.experiment import Experiment
from graincast.growth.figures.reliability_charts import (
    coverage_through_time,
    heat_maps,
    selective_risks,
    shift_detection,
)
from graincast.growth.judging import reliability
from graincast.growth.sections.examples import Maps
from graincast.report.parts import HIGH, LOW, Chart, Format, Part, Picture, Section, Table, Words
from graincast.scoring import uncertainty

NONE = "none"
UNTOLD = "\N{EN DASH}"
COVERAGE = ("coverage", "coverage_low", "coverage_high")
ENDS = {"": "", LOW: "_low", HIGH: "_high"}  # of a column's name: of its score's
LAST, ALL = f"in the {reliability.LEVEL:.0%} band, last frame", "in it, all frames"
NUMBERS = {  # columns: scores
    "error": "ensemble_error",
    "disagreement": "disagreement",
    "correlation over structures": "error_correlation",
    "correlation over pixels": "error_correlation_in_images",
    LAST: "coverage",
    ALL: "coverage_of_all_frames",
    "AUROC by disagreement": "auroc_disagreement",
    "AUROC by spread of radii": "auroc_start_radius_spread",
}
SHIFTS = ("AUROC by disagreement", "AUROC by spread of radii")  # of the columns, those of a chart
RISKS = {"selective risk over random": "", "perfect over random": "_perfect"}  # columns: orders
NOTE = (
    "Error: root mean squared error of the mean image of the training seeds. Disagreement: standard deviation between "
    "them, in the same units. Correlation: Spearman's, of disagreement with error, over structures and over the pixels "
    "of an image, where it is high for any model that is flat inside grains: both are nearly nought there. Bands: "
    "split-conformal, around the mean grain radius that the first training forecasts, calibrated a frame at a time on "
    "the validation simulations of the training data and never narrower than a frame before, as 'predict' ships them; "
    "the promise is a mean over calibration sets, and holds for "
    "structures of the same kind only. AUROC: chance that a structure of the case has a larger value than a test "
    "structure of the training data (0.5: cannot be told; below: smaller values), by disagreement and by the spread of "
    "its grains' radii in the last frame shown. Selective risk: mean error over all shares of structures that are "
    "kept, the surest first, over that of random and of the perfect order. 95% intervals in brackets, over "
    "structures; where all structures are told apart, drawing them again cannot widen the interval."
)


def _or_none(form: str) -> Callable[[float], str]:
    """Shows a number, and in words that there is none."""
    return lambda value: NONE if isnan(value) else form.format(value)


FORMATS: Mapping[str, Format] = {
    **dict.fromkeys(NUMBERS, "{:.2f}"),
    **dict.fromkeys(RISKS, "{:.3f}"),
    "error": "{:.4f}",
    "disagreement": _or_none("{:.4f}"),
    LAST: _or_none("{:.0%}"),
    ALL: _or_none("{:.0%}"),
}


@dataclass(frozen=True)
class ModelOnCase:
    """What the table says of one model, trained on one data set, on one case."""

    model: str
    dataset: str
    case: str
    rows: pd.DataFrame

    def value(self, score: str) -> float | None:
        """Mean over structures and frames; nothing where the score cannot be had."""
        found = self.rows.loc[self.rows["score"] == score, "value"]
        return float(found.mean()) if len(found) else None

    def last_coverage(self) -> "ModelOnCase":
        """The coverage of the last frame that has a band, alone."""
        by_frame = self.rows[self.rows["score"].isin(COVERAGE)]
        return replace(self, rows=by_frame[by_frame["step"] == by_frame["step"].max()])

    def by_structure(self, score: str) -> NDArray:
        """Means over frames [structures]."""
        return self.rows[self.rows["score"] == score].groupby("sample")["value"].mean().to_numpy(float)


def section(table: pd.DataFrame, maps: Maps, experiment: Experiment) -> Section:
    """The section; `maps` are those of `page.examples`."""
    everything = [
        ModelOnCase(
            *names, table[(table["model"] == names[0]) & (table["dataset"] == names[1]) & (table["case"] == names[2])]
        )
        for names in product(experiment.models, experiment.datasets, experiment.cases)
    ]
    everything.sort(key=lambda told: experiment.cases.index(told.case))
    shown = [told for told in everything if told.dataset == experiment.datasets[0]]
    sentences = _ensembles(shown, experiment) + _bands(table, everything, experiment)
    frame = pd.DataFrame([_numbers(told) for told in everything])
    parts: list[Part] = [
        Words(sentences, "list"),
        Table("doubt_of_models", frame, "What models know of their own errors", FORMATS),
        Words([NOTE], "note"),
        *_coverage(shown, experiment),
        *_risks(shown, experiment),
        *_shifts(shown, experiment),
        _maps(shown, maps, experiment),
    ]
    return Section("doubt", "Does the model know when it is wrong?", parts)


def _ensembles(shown: list[ModelOnCase], experiment: Experiment) -> list[str]:
    """Which models have no ensemble, and why."""
    without = list(dict.fromkeys(told.model for told in shown if told.value("disagreement") is None))
    if not without:
        return []
    reason = "one training seed" if len(experiment.seeds) == 1 else "nothing that a seed could change"
    return [f"{', '.join(without)}: no ensemble and no disagreement, since there is {reason}."]


def _bands(table: pd.DataFrame, everything: list[ModelOnCase], experiment: Experiment) -> list[str]:
    """How far the promise of the bands holds, a sentence a training; or why there are none."""
    needed, sentences = uncertainty.calibration_needed(reliability.LEVEL), []
    for model, dataset in product(experiment.models, experiment.datasets):
        calibration = table[(table["model"] == model) & (table["dataset"] == dataset)]
        here = [told for told in everything if (told.model, told.dataset) == (model, dataset)]
        count = calibration.loc[calibration["score"] == "calibration_structures", "value"].item()
        covered = [f"{_percent(told, 'coverage_of_all_frames')} on {told.case}{_verdict(told)}" for told in here]
        if here[0].value("coverage") is None:
            covered = [f"none: {needed} validation simulations are needed, {dataset} has {count:.0f}"]
        sentences.append(f"{reliability.LEVEL:.0%} bands of {model}, calibrated on {dataset}: {'; '.join(covered)}.")
    return sentences


def _verdict(told: ModelOnCase) -> str:
    """Whether the interval of the coverage leaves the promise out."""
    low, high = told.value("coverage_of_all_frames_low"), told.value("coverage_of_all_frames_high")
    if low is None or high is None:
        return ""
    return " (broken)" if high < reliability.LEVEL else " (wider than asked)" if low > reliability.LEVEL else ""


def _numbers(told: ModelOnCase) -> dict[str, str | float]:
    """A row of the table, with the ends of each interval."""
    row: dict[str, str | float] = {"case": told.case, "model": told.model, "trained on": told.dataset}
    for words, score in NUMBERS.items():
        source = told.last_coverage() if words == LAST else told
        row |= {words + end: _or_nan(source.value(score + of_score)) for end, of_score in ENDS.items()}
    random = told.value("selective_risk_area_random")
    for words, order in RISKS.items():
        area = told.value(f"selective_risk_area{order}")
        row[words] = area / random if area is not None and random else nan
    return row


def _or_nan(value: float | None) -> float:
    return nan if value is None else value


def _percent(told: ModelOnCase, score: str) -> str:
    return _number(told, score, "{:.0%}", NONE)


def _number(told: ModelOnCase, score: str, form: str, absent: str = UNTOLD) -> str:
    """A value and, where there is one, its interval."""
    value, low, high = (told.value(score + end) for end in ("", "_low", "_high"))
    if value is None:
        return absent
    written = form.format(value)
    return written if low is None or high is None else f"{written} ({form.format(low)} to {form.format(high)})"


def _coverage(shown: list[ModelOnCase], experiment: Experiment) -> list[Chart]:
    """Coverage against time, where there are bands."""
    rows = pd.concat([told.rows[told.rows["score"].isin(COVERAGE)] for told in shown])
    if rows.empty:
        return []
    wide = rows.pivot_table(index=["model", "case", "step"], columns="score", values="value").reset_index()
    figure = coverage_through_time(wide, experiment.cases, experiment.models, reliability.LEVEL)
    ends = ", ".join(f"{told.model} on {told.case} {_percent(told.last_coverage(), 'coverage')}" for told in shown)
    caption = (
        f"Share of structures whose mean grain radius lies within the {reliability.LEVEL:.0%} band of the forecast, "
        "with Clopper-Pearson 95% intervals. Below the dashed line, the model is surer than it may be."
    )
    return [Chart("coverage", figure, caption, f"Coverage at the last frame: {ends}.", "Do its bands hold?")]


def _risks(shown: list[ModelOnCase], experiment: Experiment) -> list[Chart]:
    """Selective risk, where there are ensembles."""
    unsure = [told for told in shown if told.value("disagreement") is not None]
    if not unsure:
        return []
    structures = {
        (told.model, told.case): (told.by_structure("disagreement"), told.by_structure("ensemble_error"))
        for told in unsure
    }
    figure = selective_risks(structures, experiment.cases, experiment.models)
    areas = ", ".join(
        f"{told.model} on {told.case} {told.value('selective_risk_area'):.4f} of {told.value('ensemble_error'):.4f}"
        for told in unsure
    )
    caption = (
        "Error of the structures that are kept, over that of all, when a model keeps those on which its training seeds "
        "disagree least; dotted: the best order. At the dashed line disagreement tells nothing, above it misleads."
    )
    alt = f"Area under selective risk and mean error: {areas}."
    return [Chart("selective_risk", figure, caption, alt, "Is it better where its trainings agree?")]


def _shifts(shown: list[ModelOnCase], experiment: Experiment) -> list[Chart]:
    """How well shifted cases are told from the data trained on, where there are both."""
    rows = [
        {
            "measure": words,
            "case": told.case,
            "model": told.model,
            **{
                name: told.value(NUMBERS[words] + end)
                for name, end in (("auroc", ""), ("low", "_low"), ("high", "_high"))
            },
        }
        for words in SHIFTS
        for told in shown
        if told.value(NUMBERS[words]) is not None
    ]
    if not rows:
        return []
    chart = shift_detection(pd.DataFrame(rows), experiment.cases, experiment.models)
    values = ", ".join(f"{row['measure']} of {row['model']} on {row['case']} {row['auroc']:.2f}" for row in rows)
    caption = (
        "Chance that a structure of the case has a larger value than a test structure of the training data, with 95% "
        "intervals. At the dashed line the two cannot be told apart, left of it the case has the smaller values."
    )
    return [Chart("shift_detection", chart, caption, f"{values}.", "Does it notice a shift?")]


def _maps(shown: list[ModelOnCase], maps: Maps, experiment: Experiment) -> Picture:
    """Error and disagreement of the first structure at the last frame."""
    drawn: dict[str, Mapping[str, NDArray]] = {}
    for model, (kind, score) in product(experiment.models, (("error", "ensemble_error"), ("disagreement",) * 2)):
        told = [one for one in shown if one.model == model and one.value(score) is not None]
        if told:
            drawn[f"{model}\n{kind}"] = {one.case: maps[model][f"{kind}_{one.case}"] for one in told}
    means = ", ".join(
        f"{name.replace(chr(10), ' ')} on {case} {one.mean():.4f}"
        for name, by_case in drawn.items()
        for case, one in by_case.items()
    )
    caption = (
        "The first test structure of each case at the last frame: error of the mean image of all trainings, and "
        "standard deviation between them. A model that knows where it is wrong shows the same picture twice."
    )
    return Picture(
        "doubt_maps",
        heat_maps(drawn),
        caption,
        f"Means of the maps: {means}.",
        "Where it is wrong, and where its trainings disagree",
    )
