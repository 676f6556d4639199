"""The report's section on von Neumann-Mullins: the rates of grains by their number of sides, truth and models."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from graincast.growth.experiment import Experiment
from graincast.growth.figures.mullins_rates import rates_by_sides
from graincast.growth.judging.physics import CALM_GRAINS, MEAN_RATE, mullins_line
from graincast.report.parts import Chart, Part, Section, Table, Words
from graincast.scoring.significance import ratio_interval

BOUNDS = {"truth": "-", "pixels": "--"}  # shown, with the look of their lines
KEYS = ["case", "model", "dataset"]
COLUMNS = [*KEYS, "sides", "mean", "low", "high", "grains", "structures"]
NOTE = (
    "Only grains count whose own sides and whose neighbours' sides are the same in two frames that follow each other: "
    "the law holds between events. All is read from grain maps of pixels, the truth too, so the truth is what a model "
    "can be compared with. Rates are pooled over structures and trainings; a grain counts once a pair of frames."
)


def section(scores: pd.DataFrame, experiment: Experiment) -> Section | None:
    """A chart and a table of lines through it; nothing where no grain is calm."""
    measured = rates(scores)
    if measured.empty:
        return None
    parts: list[Part] = [_chart(measured, experiment), _table(measured), Words([NOTE], "note")]
    return Section("mullins", "Von Neumann-Mullins: truth and models", parts)


def rates(scores: pd.DataFrame) -> pd.DataFrame:
    """A row a case, model, training data set and number of sides: mean rate over (pi / 3) k of all its calm grains.

    The interval is over the structures that have such grains; none from a single one.
    """
    rows = [
        {**dict(zip(KEYS, key, strict=True)), **row}
        for key, here in _named(scores).groupby(KEYS, sort=False)
        for row in _of_one(here)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _named(scores: pd.DataFrame) -> pd.DataFrame:
    """A row a case, model, training and structure, and number of sides, with its sum of rates and its grains."""
    kinds = []
    for start in (MEAN_RATE, CALM_GRAINS):
        chosen = scores[scores["score"].str.startswith(start)]
        sides = chosen["score"].str.removeprefix(start).astype(int)
        place = [*(chosen[key] for key in KEYS), chosen["seed"].fillna(-1), chosen["sample"], sides.rename("sides")]
        kinds.append(chosen["value"].groupby(place, sort=False).first().rename(start))
    both = pd.concat(kinds, axis=1)
    return both.assign(sum=both[MEAN_RATE] * both[CALM_GRAINS]).reset_index()


def _of_one(here: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """The rows of one model on one case."""
    for sides, alike in here.groupby("sides"):
        totals = alike.groupby("sample")[["sum", CALM_GRAINS]].sum()
        sums, grains = totals["sum"].to_numpy(), totals[CALM_GRAINS].to_numpy()
        several = len(sums) > 1
        low, high = ratio_interval(sums, grains, np.random.default_rng(0)) if several else (np.nan, np.nan)
        mean = float(sums.sum() / grains.sum())
        found = {"sides": sides, "mean": mean, "low": low, "high": high}
        yield {**found, "grains": float(grains.sum()), "structures": len(sums)}


def _line(measured: pd.DataFrame) -> tuple[float, float]:
    """Slope over the exact one and intercept of the line through all grains."""
    return mullins_line(*(measured[name].to_numpy(float) for name in ("sides", "mean", "grains")))


def _chart(measured: pd.DataFrame, experiment: Experiment) -> Chart:
    shown = measured[
        (measured["dataset"] == experiment.datasets[0]) & measured["model"].isin([*experiment.models, *BOUNDS])
    ]
    caption = (
        "Mean rate of area over (pi / 3) k of grains by their number of sides; the grey line is the exact law, n - 6. "
        "The more grains a point is the mean of, the larger it is; bars are 95% intervals over structures."
    )
    slopes = ", ".join(
        f"{model} on {case} {_line(here)[0]:.2f}"
        for (case, model), here in shown.groupby(["case", "model"], sort=False)
    )
    alt = f"Rates of area against sides. Slope over the exact one: {slopes}."
    return Chart("mullins_models", rates_by_sides(shown, experiment.models, BOUNDS), caption, alt)


def _table(measured: pd.DataFrame) -> Table:
    """The line through the grains of each model and case."""
    rows = []
    for key, here in measured.groupby(KEYS, sort=False):
        slope, intercept = _line(here)
        named = dict(zip(("case", "model", "trained on"), key, strict=True))
        rows.append({**named, "slope": slope, "intercept": intercept, "grains": here["grains"].sum()})
    formats = {"slope": "{:.3f}", "intercept": "{:+.3f}", "grains": "{:.0f}"}
    return Table("mullins", pd.DataFrame(rows), "Lines through the rates of all calm grains", formats)
