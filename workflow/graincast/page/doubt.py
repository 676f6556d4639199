"""The report's section on doubt: what each model knows of its own errors, in sentences, a table and figures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import pandas as pd
from numpy.typing import NDArray

from graincast.experiment import Experiment
from graincast.figures.doubt import coverage_through_time, heat_maps, selective_risks
from graincast.page.page import Picture, pictured
from graincast.scores import doubt, uncertainty
from graincast.storage import read_arrays

NONE = "none"
UNTOLD = "\N{EN DASH}"
COVERAGE = ("coverage", "coverage_low", "coverage_high")
COLUMNS = (
    "case",
    "model",
    "trained on",
    "error",
    "disagreement",
    "correlation over structures",
    "correlation over pixels",
    f"in the {doubt.LEVEL:.0%} band, last frame",
    "in it, all frames",
    "AUROC by disagreement",
    "AUROC by spread of radii",
    "selective risk over random",
    "perfect over random",
)


@dataclass(frozen=True)
class Section:
    sentences: list[str]
    rows: list[list[str]]
    pictures: list[Picture]
    columns: tuple[str, ...] = COLUMNS


@dataclass(frozen=True)
class Told:
    """What the table says of one model, trained on one data set, on one case."""

    model: str
    dataset: str
    case: str
    rows: pd.DataFrame

    def value(self, score: str) -> float | None:
        """Mean over structures and frames; nothing where the score cannot be had."""
        found = self.rows.loc[self.rows["score"] == score, "value"]
        return float(found.mean()) if len(found) else None

    def last_coverage(self) -> "Told":
        """The coverage of the last frame that has a band, alone."""
        by_frame = self.rows[self.rows["score"].isin(COVERAGE)]
        return replace(self, rows=by_frame[by_frame["frame"] == by_frame["frame"].max()])

    def by_structure(self, score: str) -> NDArray:
        """Means over frames [structures]."""
        return self.rows[self.rows["score"] == score].groupby("structure")["value"].mean().to_numpy(float)


def section(folder: Path, table: pd.DataFrame, maps: Sequence[Path], experiment: Experiment) -> Section:
    """The section, its figures written below `folder`."""
    everything = [
        Told(*names, table[(table["model"] == names[0]) & (table["dataset"] == names[1]) & (table["case"] == names[2])])
        for names in product(experiment.models, experiment.datasets, experiment.cases)
    ]
    everything.sort(key=lambda told: experiment.cases.index(told.case))
    shown = [told for told in everything if told.dataset == experiment.datasets[0]]
    return Section(
        _ensembles(shown, experiment) + _bands(table, everything, experiment),
        [_cells(told) for told in everything],
        _coverage(folder, shown, experiment)
        + _risks(folder, shown, experiment)
        + _maps(folder, shown, maps, experiment),
    )


def _ensembles(shown: list[Told], experiment: Experiment) -> list[str]:
    """Which models have no ensemble, and why."""
    without = list(dict.fromkeys(told.model for told in shown if told.value("disagreement") is None))
    if not without:
        return []
    reason = "one training seed" if len(experiment.seeds) == 1 else "nothing that a seed could change"
    return [f"{', '.join(without)}: no ensemble and no disagreement, since there is {reason}."]


def _bands(table: pd.DataFrame, everything: list[Told], experiment: Experiment) -> list[str]:
    """How far the promise of the bands holds, a sentence a training; or why there are none."""
    needed, sentences = uncertainty.calibration_needed(doubt.LEVEL), []
    for model, dataset in product(experiment.models, experiment.datasets):
        calibration = table[(table["model"] == model) & (table["dataset"] == dataset)]
        here = [told for told in everything if (told.model, told.dataset) == (model, dataset)]
        count = calibration.loc[calibration["score"] == "calibration_structures", "value"].item()
        covered = [f"{_percent(told, 'coverage_of_all_frames')} on {told.case}{_verdict(told)}" for told in here]
        if here[0].value("coverage") is None:
            covered = [f"none: {needed} validation simulations are needed, {dataset} has {count:.0f}"]
        sentences.append(f"{doubt.LEVEL:.0%} bands of {model}, calibrated on {dataset}: {'; '.join(covered)}.")
    return sentences


def _verdict(told: Told) -> str:
    """Whether the interval of the coverage leaves the promise out."""
    low, high = told.value("coverage_of_all_frames_low"), told.value("coverage_of_all_frames_high")
    if low is None or high is None:
        return ""
    return " (broken)" if high < doubt.LEVEL else " (wider than asked)" if low > doubt.LEVEL else ""


def _cells(told: Told) -> list[str]:
    random = told.value("selective_risk_area_random")
    relative = [told.value(f"selective_risk_area{order}") for order in ("", "_perfect")]
    return [
        told.case,
        told.model,
        told.dataset,
        _number(told, "ensemble_error", "{:.4f}"),
        _number(told, "disagreement", "{:.4f}", NONE),
        _number(told, "error_correlation", "{:.2f}"),
        _number(told, "error_correlation_in_images", "{:.2f}"),
        _percent(told.last_coverage(), "coverage"),
        _percent(told, "coverage_of_all_frames"),
        _number(told, "auroc_disagreement", "{:.2f}"),
        _number(told, "auroc_start_radius_spread", "{:.2f}"),
        *(f"{area / random:.3f}" if area is not None and random else UNTOLD for area in relative),
    ]


def _percent(told: Told, score: str) -> str:
    return _number(told, score, "{:.0%}", NONE)


def _number(told: Told, score: str, form: str, absent: str = UNTOLD) -> str:
    """A value and, where there is one, its interval."""
    value, low, high = (told.value(score + end) for end in ("", "_low", "_high"))
    if value is None:
        return absent
    written = form.format(value)
    return written if low is None or high is None else f"{written} ({form.format(low)} to {form.format(high)})"


def _coverage(folder: Path, shown: list[Told], experiment: Experiment) -> list[Picture]:
    """Coverage against time, where there are bands."""
    rows = pd.concat([told.rows[told.rows["score"].isin(COVERAGE)] for told in shown])
    if rows.empty:
        return []
    wide = rows.pivot_table(index=["model", "case", "frame"], columns="score", values="value").reset_index()
    figure = coverage_through_time(wide, experiment.cases, experiment.models, doubt.LEVEL)
    ends = ", ".join(f"{told.model} on {told.case} {_percent(told.last_coverage(), 'coverage')}" for told in shown)
    caption = (
        f"Share of structures whose mean grain radius lies within the {doubt.LEVEL:.0%} band of the forecast, with "
        "Clopper-Pearson 95 % intervals. Below the dashed line, the model is surer than it may be."
    )
    return [pictured(folder, "coverage", figure, caption, f"Coverage at the last frame: {ends}.")]


def _risks(folder: Path, shown: list[Told], experiment: Experiment) -> list[Picture]:
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
    return [pictured(folder, "selective_risk", figure, caption, f"Area under selective risk and mean error: {areas}.")]


def _maps(folder: Path, shown: list[Told], files: Sequence[Path], experiment: Experiment) -> list[Picture]:
    """Error and disagreement of the first structure at the last frame."""
    drawn: dict[str, dict[str, NDArray]] = {}
    for model, (kind, score) in product(experiment.models, (("error", "ensemble_error"), ("disagreement",) * 2)):
        told = [one for one in shown if one.model == model and one.value(score) is not None]
        if told:
            file = next(path for path in files if path.match(f"{model}/{told[0].dataset}.npz"))
            arrays = read_arrays(file, tuple(f"{kind}_{one.case}" for one in told))
            drawn[f"{model}\n{kind}"] = dict(zip([one.case for one in told], arrays.values(), strict=True))
    means = ", ".join(
        f"{name.replace(chr(10), ' ')} on {case} {one.mean():.4f}"
        for name, by_case in drawn.items()
        for case, one in by_case.items()
    )
    caption = (
        "The first test structure of each case at the last frame: error of the mean image of all trainings, and "
        "standard deviation between them. A model that knows where it is wrong shows the same picture twice."
    )
    return [pictured(folder, "doubt_maps", heat_maps(drawn), caption, f"Means of the maps: {means}.")]
