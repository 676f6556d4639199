"""Scores through time, and losses through training."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import altair as alt
import pandas as pd

from graincast.report import charts


def score_through_time(
    curves: pd.DataFrame,
    axis: str,
    cases: Sequence[str],
    models: Sequence[str],
    bounds: Mapping[str, str],
    growth: Literal["linear", "sqrt"] = "linear",
) -> Any:
    """One panel a case: mean of a score with its interval. Rows of case, model, frame, mean, low, high, structures.

    Floors and ceilings, with the look of their lines, have no interval. `growth` is the axis's, in Vega's words. Where
    some cases are longer than others, each has an axis of frames of its own.
    """
    x = charts.whole("step", curves["step"], "frame")
    y = alt.Y("mean:Q", title=axis, scale=alt.Scale(type=growth, zero=False))
    tooltip = ["case:N", "model:N", "frame:Q", *charts.mean_and_interval(".4f")]
    look = charts.series(models, bounds, set(curves["model"]))
    layers = charts.means_with_bands(x, y, look, [*tooltip, "structures:Q"])
    panels = charts.panels(layers, curves, "case", cases)
    if curves.groupby("case")["step"].max().nunique() > 1:
        panels = panels.resolve_scale(x="independent")
    return charts.finished(charts.without_hidden(panels))


def learning_curves(curves: pd.DataFrame) -> Any:
    """A panel a model: training and validation loss of every training by epoch, from rows of the one schema."""
    models = list(dict.fromkeys(curves["model"]))
    drawn = curves[["model", "dataset", "seed", "case", "epoch", "value"]].rename(columns={"value": "loss"})
    look = charts.series(models, {}, ())
    base = alt.Chart().encode(
        x=charts.whole("epoch", drawn["epoch"], "epoch"),
        y=alt.Y("loss:Q", title="loss", scale=alt.Scale(type="log", nice=False, padding=12)),
        color=look.colour,
        detail=["dataset:N", "seed:N", "case:N"],
    )
    lines = base.mark_line(strokeWidth=1.3).encode(
        strokeDash=charts.dash_of("case", {"training": "-", "validation": "--"})
    )
    tooltip = ["model:N", "dataset:N", "seed:Q", "case:N", "epoch:Q", alt.Tooltip("loss:Q", format=".4g")]
    points = base.mark_point(filled=True, size=14).encode(shape=look.shape, tooltip=tooltip)
    faceted = charts.panels(alt.layer(lines, points), drawn, "model", models).resolve_scale(y="independent")
    return charts.finished(charts.without_hidden(faceted))
