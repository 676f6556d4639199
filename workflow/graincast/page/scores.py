"""The report's section on scores: each against time, a table of means, and what tells two models apart."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from graincast.experiment import Experiment
from graincast.figures.curves import score_through_time
from graincast.page.parts import HIGH, LOW, Chart, Section, Table, Words
from graincast.scores.images import DEPTH
from graincast.scores.significance import bootstrap_interval

SCORES = {
    "ssim": "Structural similarity of the model's own image (1 is perfect)",
    "crisp_ssim": "Structural similarity of the image drawn from the grain map (1 is perfect)",
    "boundary_f1_1": "Share of boundary that agrees within a pixel (F1)",
    "mean_radius_error": "Relative error of the mean grain radius",
    "grain_count_error": "Relative error of the grain count",
}
BOUNDS = {"mean_field": ":", "pixels": "--"}  # floors and ceilings in the figures, with the look of their lines
LISTED = (*SCORES, "mse", "rand_error", "radius_distance", "mullins_slope", "mullins_r2")  # in the page's table
COMPARED = ("ssim", "crisp_ssim", "mean_radius_error")  # between all pairs of models
SPREAD = "spread between seeds"
NOTE = (
    "Own image: soft where a model is unsure, which this score rewards. Grain maps of models that know of no grains "
    f"are read off their images, as valleys {DEPTH} deep. Floors: persistence, and mean_field (mean area grows by a "
    "constant times time). Ceilings: pixels, the solver started again from the pixels of the first frame; chaos, from "
    "the true network moved by 1e-12; truth, the truth read from its own pixels. Everything measured, by structure and "
    "frame, stands in tables/."
)
PAIRED = (
    "Paired over structures, training seeds averaged; p-values by flipping signs, corrected for all pairs of a case "
    "and score."
)


def section(curves: pd.DataFrame, numbers: pd.DataFrame, pairs: pd.DataFrame, experiment: Experiment) -> Section:
    """Charts of `through_time`, a table of the summary `numbers` and one of the paired differences."""
    charts = _charts(curves, experiment)
    tables = (_means(numbers), Words([NOTE], "note"), _differences(pairs), Words([PAIRED], "note"))
    return Section("scores", "Scores", [*charts, *tables])


def through_time(scores: pd.DataFrame, experiment: Experiment) -> pd.DataFrame:
    """A row a score, case, model and frame: mean over structures and trainings, and its interval over structures.

    Floors and ceilings have no interval.
    """
    chosen = scores[scores["score"].isin(SCORES) & scores["model"].isin([*experiment.models, *BOUNDS])]
    key = ["score", "case", "model", "frame"]
    by_structure = chosen.groupby([*key, "structure"], sort=False)["value"].mean().reset_index()
    rows: list[dict[str, Any]] = []
    for (score, case, model, frame), here in by_structure.groupby(key, sort=False):
        values = here["value"].to_numpy()
        low, high = (np.nan, np.nan) if model in BOUNDS else bootstrap_interval(values, _rng())
        numbers = {"mean": values.mean(), "low": low, "high": high, "structures": len(values)}
        rows.append({"score": score, "case": case, "model": model, "frame": frame, **numbers})
    return pd.DataFrame(rows).astype({"frame": int})


def _rng() -> np.random.Generator:
    """Of every interval, so that it does not depend on the others."""
    return np.random.default_rng(0)


def _charts(curves: pd.DataFrame, experiment: Experiment) -> Iterator[Chart]:
    for score, words in SCORES.items():
        here = curves[curves["score"] == score].drop(columns="score")
        last = here[(here["frame"] == here["frame"].max()) & here["model"].isin(experiment.models)]
        values = ", ".join(f"{row.model} on {row.case} {row.mean:.3f}" for row in last.itertuples())
        chart = score_through_time(here, score, experiment.cases, experiment.models, BOUNDS)
        caption = f"{words} against time, mean over trainings; bands are 95 % intervals over structures."
        yield Chart(score, chart, caption, f"{words} at the last frame: {values}.")


def _means(numbers: pd.DataFrame) -> Table:
    listed = numbers[numbers["score"].isin(LISTED)]
    trained = listed["seeds"] > 0  # floors and ceilings are not
    frame = listed.assign(**{SPREAD: listed[SPREAD].where(trained)})
    frame = frame.rename(columns={"low": f"mean{LOW}", "high": f"mean{HIGH}"})
    return Table("main_scores", frame, "Table of scores", {"mean": "{:.4f}", SPREAD: "{:.4f}"})


def _differences(pairs: pd.DataFrame) -> Table:
    named = {
        "other": "less",
        "low": f"difference{LOW}",
        "high": f"difference{HIGH}",
        "p_holm": "p (Holm)",
    }
    kept = ["case", "trained on", "score", "model", "other", "difference", "low", "high", "p_holm"]
    formats = {"difference": "{:+.4f}", "p (Holm)": "{:.2g}"}
    return Table(
        "differences",
        pairs[kept].rename(columns=named),
        "Paired differences between models",
        formats,
        "Differences between models",
    )
