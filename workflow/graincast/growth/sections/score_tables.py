"""The report's section on scores: each against time, a table of means, and what tells two models apart."""

from collections.abc import Iterator
from typing import Literal

import numpy as np
import pandas as pd

from graincast.growth.experiment import Experiment
from graincast.growth.figures.score_curves import score_through_time
from graincast.growth.judging import bounds
from graincast.growth.sections.claims import ALIKE, FLOOR
from graincast.growth.sections.ranking import FEWEST
from graincast.report.parts import HIGH, LOW, Chart, Section, Table, Words
from graincast.scoring.images import DEPTH
from graincast.scoring.summary import summary, verdicts

SCORES = {
    "ssim": "Structural similarity of the model's own image (1 is perfect)",
    "crisp_ssim": "Structural similarity of the image drawn from the grain map (1 is perfect)",
    "boundary_f1_1": "Share of boundary that agrees within a pixel (F1)",
    "mean_radius_error": "Relative error of the mean grain radius",
    "grain_count_error": "Relative error of the grain count",
}
AXES = {
    "ssim": "structural similarity",
    "crisp_ssim": "structural similarity, crisp",
    "boundary_f1_1": "F1 of boundaries",
    "mean_radius_error": "error of mean radius",
    "grain_count_error": "error of grain count",
}
TITLES = {
    "ssim": "Structural similarity",
    "crisp_ssim": "Structural similarity of grain maps",
    "boundary_f1_1": "Boundaries",
    "mean_radius_error": "Mean grain radius",
    "grain_count_error": "Grain count",
}
ROOTED = ("mean_radius_error", "grain_count_error")  # a floor's errors are a hundred times those of a good model
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
    "and score. They take the trainings as they are. The last two columns compare every single training of one model "
    "with every one of the other: where their signs differ, another training may turn the difference around."
)


def section(
    curves: pd.DataFrame, numbers: pd.DataFrame, judged: pd.DataFrame, pairs: pd.DataFrame, experiment: Experiment
) -> Section:
    """Charts of `through_time`; tables of the summary `numbers`, of `against_floor` and of the paired differences."""
    means = (_means(numbers), Words([NOTE], "note"))
    differences = (_differences(pairs), Words([PAIRED], "note"))
    return Section("scores", "Scores", [*_charts(curves, experiment), *means, *_against(judged), *differences])


def through_time(scores: pd.DataFrame, experiment: Experiment) -> pd.DataFrame:
    """A row a case, model, training data set, score and frame: mean and interval over structures, seeds averaged.

    Floors and ceilings have no interval.
    """
    chosen = scores[scores["score"].isin(SCORES) & scores["model"].isin([*experiment.models, *BOUNDS])]
    numbers = summary(chosen, ["step"]).drop(columns=[SPREAD, "seeds"]).astype({"step": int})
    numbers.loc[numbers["model"].isin(BOUNDS), ["low", "high"]] = np.nan
    return numbers


def against_floor(scores: pd.DataFrame) -> pd.DataFrame:
    """Whether each model beats the floor, on every case with enough structures; empty without the floor."""
    enough = scores.groupby("case")["sample"].transform("nunique") >= FEWEST
    return verdicts(scores[enough], FLOOR, ALIKE, bounds.NAMES)


def _charts(curves: pd.DataFrame, experiment: Experiment) -> Iterator[Chart]:
    for score, words in SCORES.items():
        chosen = (curves["score"] == score) & (curves["trained on"] == experiment.datasets[0])
        here = curves[chosen].drop(columns=["score", "trained on"])
        last = here[(here["step"] == here["step"].max()) & here["model"].isin(experiment.models)]
        values = ", ".join(f"{row.model} on {row.case} {row.mean:.3f}" for row in last.itertuples())
        growth: Literal["linear", "sqrt"] = "sqrt" if score in ROOTED else "linear"
        chart = score_through_time(here, AXES[score], experiment.cases, experiment.models, BOUNDS, growth)
        caption = f"{words} against time, mean over trainings; bands are 95% intervals over structures."
        if score in ROOTED:
            caption += " The axis grows with the root of the error."
        alt = f"{words} at the last frame: {values}."
        yield Chart(score, chart, caption, alt, TITLES[score], "through_time")


def _means(numbers: pd.DataFrame) -> Table:
    listed = numbers[numbers["score"].isin(LISTED)]
    trained = listed["seeds"] > 0  # floors and ceilings are not
    frame = listed.assign(**{SPREAD: listed[SPREAD].where(trained)})
    frame = frame.rename(columns={"low": f"mean{LOW}", "high": f"mean{HIGH}"})
    title = "Means over structures, frames and trainings"
    return Table("main_scores", frame, "Table of scores", {"mean": "{:.4f}", SPREAD: "{:.4f}"}, title)


def _against(judged: pd.DataFrame) -> list[Table]:
    """The table of what beats the floor, where there is one."""
    if judged.empty:
        return []
    frame = judged.rename(columns={ALIKE: "SSIM", f"{ALIKE} of the floor": "SSIM of the floor"})
    frame = frame.rename(columns={"low": f"gain{LOW}", "high": f"gain{HIGH}"})
    formats = {"SSIM": "{:.3f}", "SSIM of the floor": "{:.3f}", "gain": "{:+.3f}"}
    return [Table("against_floor", frame, f"Models against {FLOOR}", formats, f"What beats {FLOOR}")]


def _differences(pairs: pd.DataFrame) -> Table:
    named = {
        "other": "minus",
        "low": f"difference{LOW}",
        "high": f"difference{HIGH}",
        "p_holm": "p (Holm)",
        "groups": "structures",
        "least": "least of trainings",
        "most": "most of trainings",
    }
    shown = ["case", "trained on", "score", "model", "other", "difference", "low", "high", "p", "p_holm", "groups"]
    formats = {"difference": "{:+.4f}", "p": "{:.2g}", "p (Holm)": "{:.2g}"}
    formats |= dict.fromkeys(("least of trainings", "most of trainings"), "{:+.4f}")
    return Table(
        "differences",
        pairs[[*shown, "least", "most"]].rename(columns=named),
        "Paired differences between models",
        formats,
        "Differences between models",
    )
