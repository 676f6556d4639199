"""Scores through time."""

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
