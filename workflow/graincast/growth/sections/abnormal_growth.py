"""The report's section on the giant grain of abnormal structures: its neighbours and its size through time."""

from collections.abc import Sequence

import pandas as pd

from graincast.growth.experiment import Experiment
from graincast.growth.figures.giant_curves import giant_through_time
from graincast.growth.judging import giant_grain
from graincast.report.parts import HIGH, LOW, Chart, Part, Section, Table, Words
from graincast.scoring.summary import summary

LAW = "abnormal"  # of the structures that have a giant
MEASURES = {
    giant_grain.SIDES: "sides",
    giant_grain.RELATIVE_RADIUS: "radius over the mean",
    giant_grain.GROWTH: "radius over its first",
}
BOUNDS = {"truth": "-", "pixels": "--", "chaos": ":"}  # shown, with the look of their lines
NOTE = (
    "The giant is the largest grain of the last frame that models are shown, followed through the grain maps. "
    "Isotropic growth asks for both: a giant has far more than six sides, so its absolute size rises; and once the "
    "matrix coarsens steadily the mean radius rises faster, so its relative size falls, after a rise while the matrix "
    "is still too even to lose grains. A giant that a model loses has no side and the radius 0."
)


def section(scores: pd.DataFrame, experiment: Experiment, cases: Sequence[str]) -> Section | None:
    """Charts and a table of the cases that have a giant; nothing where none has."""
    measured = through_time(scores[scores["case"].isin(cases)])
    if measured.empty:
        return None
    shown = measured[
        (measured["trained on"] == experiment.datasets[0]) & measured["model"].isin([*experiment.models, *BOUNDS])
    ]
    parts: list[Part] = [
        Words(_sentences(shown)),
        *(_chart(shown[shown["case"] == case], experiment, case) for case in dict.fromkeys(shown["case"])),
        _table(measured),
        Words([NOTE], "note"),
    ]
    return Section("giant", "The giant grain of an abnormal structure", parts)


def through_time(scores: pd.DataFrame) -> pd.DataFrame:
    """A row a case, model, training data set, measure and frame: mean and interval over structures."""
    chosen = scores[scores["score"].isin(MEASURES)]
    if chosen.empty:
        return pd.DataFrame()
    measured = summary(chosen, ["step"])
    return measured.assign(measure=measured["score"].map(MEASURES)).astype({"step": int})


def _ends(measured: pd.DataFrame, measure: str) -> tuple[float, float]:
    """The first and the last mean of one model."""
    line = measured[measured["score"] == measure].sort_values("step")["mean"]
    return float(line.iloc[0]), float(line.iloc[-1])


def _sentences(shown: pd.DataFrame) -> list[str]:
    """What the giant does, a sentence a case and model."""
    return [
        f"{model} on {case}: the giant's radius becomes {_ends(here, giant_grain.GROWTH)[1]:.2f} times what it was; "
        f"{_relative(here)}; its sides go from {sides[0]:.1f} to {sides[1]:.1f}."
        for (case, model), here in shown.groupby(["case", "model"], sort=False)
        for sides in [_ends(here, giant_grain.SIDES)]
    ]


def _relative(here: pd.DataFrame) -> str:
    """How the relative size of one model's giant goes."""
    line = here[here["score"] == giant_grain.RELATIVE_RADIUS].set_index("step")["mean"].sort_index()
    place = int(line.to_numpy().argmax())
    over = f" through {line.max():.2f} (frame {line.index[place]})" if 0 < place < len(line) - 1 else ""
    return f"over the mean radius it goes from {line.iloc[0]:.2f}{over} to {line.iloc[-1]:.2f}"


def _chart(shown: pd.DataFrame, experiment: Experiment, case: str) -> Chart:
    caption = (
        "The giant's number of sides, its radius over the mean radius of all grains, and its radius over that in the "
        "last shown frame: means over structures and trainings, bands are 95% intervals over structures."
    )
    ends = "; ".join(
        f"{model} " + ", ".join(f"{words} {_ends(here, score)[1]:.2f}" for score, words in MEASURES.items())
        for model, here in shown.groupby("model", sort=False)
    )
    alt = f"The giant grain of {case} through time. At the last frame: {ends}."
    return Chart(
        f"giant_{case}", giant_through_time(shown, experiment.models, BOUNDS, [*MEASURES.values()]), caption, alt, case
    )


def _table(measured: pd.DataFrame) -> Table:
    """The first and the last frame."""
    ends = measured.groupby("case")["step"].transform
    chosen = measured[(measured["step"] == ends("min")) | (measured["step"] == ends("max"))]
    wide = chosen.pivot_table(
        index=["case", "model", "trained on", "step"], columns="measure", values=["mean", "low", "high"], sort=False
    )
    columns = {
        words + end: wide[measure, words]
        for words in MEASURES.values()
        for measure, end in (("mean", ""), ("low", LOW), ("high", HIGH))
    }
    frame = pd.DataFrame(columns).reset_index().rename(columns={"step": "frame"})
    return Table("giant", frame, "The giant grain at first and at last", dict.fromkeys(MEASURES.values(), "{:.2f}"))
