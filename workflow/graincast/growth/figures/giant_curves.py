"""The giant grain through time: each measure in a panel of its own."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from graincast.report import charts


def giant_through_time(
    measured: pd.DataFrame, models: Sequence[str], bounds: Mapping[str, str], measures: Sequence[str]
) -> Any:
    """Mean with its interval by frame, from the columns measure, model, frame, mean, low, high, structures."""
    drawn = measured[["measure", "model", "step", *charts.NUMBERS, "structures"]]
    x = charts.whole("step", drawn["step"], "frame")
    y = alt.Y("mean:Q", title=None, scale=alt.Scale(zero=False))
    tooltip = ["measure:N", "model:N", "frame:Q", *charts.mean_and_interval(".3f")]
    series = charts.series(models, bounds, set(measured["model"]))
    layers = charts.means_with_bands(x, y, series, [*tooltip, "structures:Q"])
    faceted = charts.panels(layers, drawn, "measure", measures).resolve_scale(y="independent")
    return charts.finished(charts.without_hidden(faceted))
