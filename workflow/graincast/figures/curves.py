"""Scores through time, and losses through training."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from graincast.figures import charts
from graincast.figures.style import colour_of

NUMBERS = ("mean", "low", "high")


def score_through_time(
    curves: pd.DataFrame, score: str, cases: Sequence[str], models: Sequence[str], bounds: Mapping[str, str]
) -> Any:
    """One panel a case: mean of a score with its interval. Rows of case, model, frame, mean, low, high, structures.

    Floors and ceilings, with the look of their lines, have no interval.
    """
    x = alt.X("frame:Q", title="frame", axis=alt.Axis(format="d", tickMinStep=1))
    y = alt.Y("mean:Q", title=score.replace("_", " "), scale=alt.Scale(zero=False))
    tooltip = ["case:N", "model:N", "frame:Q", *(alt.Tooltip(f"{name}:Q", format=".4f") for name in NUMBERS)]
    look = charts.series(models, bounds, set(curves["model"]))
    layers = charts.means_with_bands(x, y, look, [*tooltip, "structures:Q"])
    return charts.finished(charts.without_hidden(charts.panels(layers, curves, "case", cases)))


def learning_curves(curves: pd.DataFrame) -> Figure:
    """Training and validation loss of every training."""
    models = list(dict.fromkeys(curves["model"]))
    figure, panels = plt.subplots(1, len(models), figsize=(4.2 * len(models), 2.8), squeeze=False)
    for panel, model in zip(panels[0], models, strict=True):
        for case, look in (("training", "-"), ("validation", "--")):
            runs = curves.query("model == @model and case == @case")
            for index, (_, run) in enumerate(runs.groupby(["dataset", "seed"])):
                label = case if index == 0 else None
                panel.plot(run["epoch"], run["value"], look, color=colour_of(models)[model], label=label)
        panel.set(title=model, xlabel="epoch", ylabel="loss")
        panel.set_yscale("log")
        panel.xaxis.set_major_locator(MaxNLocator(integer=True))
        panel.legend()
    figure.tight_layout()
    return figure
