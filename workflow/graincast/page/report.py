"""From tables and example images to the report: figures, merged tables, the page and its provenance."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from graincast.experiment import Experiment
from graincast.figures.curves import learning_curves, score_through_time
from graincast.figures.strips import film_strip
from graincast.page import attention, dials, doubt, equivariance, measured, parts, speed
from graincast.page.examples import example
from graincast.page.growth import Growths, pictures
from graincast.page.page import Picture, pictured, render
from graincast.page.speed import Speed
from graincast.scores import bounds, table
from graincast.scores.images import DEPTH
from graincast.scores.summary import comparisons, summary, verdicts
from graincast.storage import read_arrays, write_text, written

SCORES = {
    "ssim": "Structural similarity of the model's own image (1 is perfect)",
    "crisp_ssim": "Structural similarity of the image drawn from the grain map (1 is perfect)",
    "boundary_f1_1": "Share of boundary that agrees within a pixel (F1)",
    "mean_radius_error": "Relative error of the mean grain radius",
    "grain_count_error": "Relative error of the grain count",
}
BOUNDS = {"mean_field": ":", "pixels": "--"}  # floors and ceilings in the figures, with the look of their lines
LISTED = (*SCORES, "mse", "rand_error", "radius_distance", "mullins_slope", "mullins_r2")  # in the page's table
SHEET = [
    "grain_count",
    "mean_radius",
    "radius_spread",
    "largest_radius_ratio",
    "mean_sides",
    "grain_count_error",
    "repairs",
    "redrawn",
]
COMPARED = ("ssim", "crisp_ssim", "mean_radius_error")  # between all pairs of models
FLOOR = "persistence"


@dataclass(frozen=True)
class Told:
    """What the report says of data sets without their files."""

    descriptions: dict[str, str]  # of each case
    dials: dict[str, list[float]]  # of each dial: the values of its setting
    measured: measured.Told


@dataclass(frozen=True)
class Found:
    """What stages found that is no table."""

    examples: Sequence[Path]  # predicted images
    doubt_maps: Sequence[Path]
    growths: Growths
    speeds: Mapping[str, Speed]
    maps: measured.Maps


@dataclass(frozen=True)
class Tables:
    scores: pd.DataFrame
    curves: pd.DataFrame
    sheets: pd.DataFrame
    validation: pd.DataFrame
    doubt: pd.DataFrame


def write(
    folder: Path, tables: Tables, found: Found, experiment: Experiment, told: Told, about: dict[str, Any]
) -> None:
    """Write index.html, provenance.json, figures/ and tables/ into `folder`."""
    experiment = told.measured.at_hand(experiment)
    turned = dials.points(tables.scores, experiment, told.dials)
    tables = _in_order(tables, experiment)
    numbers = summary(tables.scores)
    growths = {name: found.growths[name] for name in experiment.main_datasets}
    for name, frame in {
        "scores": tables.scores,
        "learning": tables.curves,
        "truth": tables.sheets,
        "validation": tables.validation,
        "doubt": tables.doubt,
    }.items():
        table.write_frame(folder / "tables" / f"{name}.parquet", frame)
    pairs = comparisons(tables.scores, experiment.models, COMPARED)
    for name, frame in {"summary": numbers, "comparisons": pairs, "dials": turned}.items():
        with written(folder / "tables" / f"{name}.csv") as partial:
            frame.to_csv(partial, index=False)
    provenance = json.dumps(about, indent=2, sort_keys=True)
    write_text(folder / "provenance.json", provenance + "\n")
    page = render(
        {
            "title": f"{', '.join(experiment.models)} on {', '.join(experiment.cases)}",
            "trained_on": " and ".join(experiment.datasets),
            "verdicts": _verdicts(tables.scores, experiment),
            "strips": _strips(folder, found.examples, experiment),
            "descriptions": told.descriptions,
            "dials": dials.pictures(folder, turned, experiment, BOUNDS),
            "curves": _curves(folder, tables.scores, experiment),
            "depth": DEPTH,
            "summary": numbers[numbers["score"].isin(LISTED)].to_dict("records"),
            "pairs": pairs.to_dict("records"),
            "attention": attention.section(folder, tables.scores, numbers, found.examples, experiment),
            "equivariance": equivariance.rows(tables.scores),
            "measured": _measured(folder, tables, found.maps, experiment, told.measured),
            "doubt": doubt.section(folder, tables.doubt, found.doubt_maps, told.measured.simulated(experiment)),
            "growth": pictures(folder, growths, tables.validation),
            "speed": speed.sections(folder, found.speeds, experiment.models),
            "learning": _learning(folder, tables.curves),
            "sheets": _sheet_rows(tables.sheets),
            "sheet_scores": SHEET,
            "provenance": provenance,
        }
    )
    write_text(folder / "index.html", page)


def _in_order(tables: Tables, experiment: Experiment) -> Tables:
    """The tables with cases, models and data sets in the order in which the experiment names them."""
    columns = {
        "case": experiment.cases,
        "model": (*experiment.models, *bounds.NAMES),
        "dataset": experiment.main_datasets,
    }

    def ordered(frame: pd.DataFrame, by: list[str]) -> pd.DataFrame:
        return frame.sort_values(by, key=lambda column: column.map(columns[str(column.name)].index), kind="stable")

    return Tables(
        ordered(tables.scores[tables.scores["case"].isin(experiment.cases)], ["case", "model"]),
        ordered(tables.curves, ["model"]),
        ordered(tables.sheets, ["dataset"]),
        tables.validation,
        tables.doubt,
    )


def _measured(
    folder: Path, tables: Tables, maps: measured.Maps, experiment: Experiment, about: measured.Told
) -> list[parts.Section]:
    """The sections on measured maps with their figures as files."""
    sections = measured.sections(tables.scores, tables.sheets, maps, experiment, about)
    return [replace(one, parts=[_as_file(folder, part) for part in one.parts]) for one in sections]


def _as_file(folder: Path, part: Any) -> Any:
    if not isinstance(part, parts.Picture):
        return part
    return pictured(folder, part.name, part.figure, part.caption, part.alt, part.title)


def _verdicts(scores: pd.DataFrame, experiment: Experiment) -> list[str]:
    if FLOOR not in experiment.models:
        return [f"Nothing is claimed: the floor '{FLOOR}' is not among the models, so no gain can be measured."]
    return verdicts(scores, FLOOR, "ssim") or [f"Only the floor '{FLOOR}' was evaluated: there is nothing to compare."]


def _strips(folder: Path, examples: Sequence[Path], experiment: Experiment) -> list[Picture]:
    """One film strip a case: the first test structure, each model trained on the first data set from the first seed."""
    pictures = []
    for case in experiment.cases:
        files = {model: example(examples, experiment, model, case) for model in experiment.models}
        stored = {model: read_arrays(path, ("truth", "predicted")) for model, path in files.items()}
        truth = next(iter(stored.values()))["truth"][0]
        predicted = {model: np.concatenate([truth[:1], arrays["predicted"][0]]) for model, arrays in stored.items()}
        frames = sorted({0, 1, len(truth) // 2, len(truth) - 1})
        errors = ", ".join(
            f"{model} {np.mean((images[-1] - truth[-1]) ** 2):.3f}" for model, images in predicted.items()
        )
        alt = f"Boundary images of {case} at frames {frames}. Mean squared error at the last frame: {errors}."
        caption = "Blue: a boundary that the model misses; red: one that it invents."
        pictures.append(pictured(folder, f"strip_{case}", film_strip(truth, predicted, frames), caption, alt, case))
    return pictures


def _curves(folder: Path, scores: pd.DataFrame, experiment: Experiment) -> list[Picture]:
    pictures = []
    for score, words in SCORES.items():
        figure = score_through_time(scores, score, experiment.cases, experiment.models, BOUNDS)
        last = scores[(scores["score"] == score) & (scores["frame"] == scores["frame"].max())]
        means = (
            last[last["model"].isin(experiment.models)]
            .groupby(["case", "model"], sort=False)["value"]
            .mean()
            .reset_index()
        )
        values = ", ".join(f"{row.model} on {row.case} {row.value:.3f}" for row in means.itertuples())
        caption = f"{words} against time, mean over trainings; bands are 95 % intervals over structures."
        pictures.append(pictured(folder, score, figure, caption, f"{words} at the last frame: {values}."))
    return pictures


def _learning(folder: Path, curves: pd.DataFrame) -> list[Picture]:
    """Learning curves, where any model learned."""
    if curves.empty:
        return []
    last = curves.query("case == 'validation'").groupby("model")["value"].last()
    values = ", ".join(f"{model} {value:.4f}" for model, value in last.items())
    caption = "Loss per epoch, one line a training seed; solid: training, dashed: validation."
    return [
        pictured(
            folder, "learning", learning_curves(curves), caption, f"Learning curves. Last validation loss: {values}."
        )
    ]


def _sheet_rows(sheets: pd.DataFrame) -> list[dict[str, Any]]:
    """First and last frame of every data set."""
    last = sheets.groupby("dataset")["frame"].transform("max")
    ends = sheets[(sheets["frame"] == 0) | (sheets["frame"] == last)]
    wide = ends.pivot_table(index=["dataset", "frame"], columns="score", values="value", sort=False).reset_index()
    return [{str(name): value for name, value in row.items()} for row in wide.to_dict("records")]
