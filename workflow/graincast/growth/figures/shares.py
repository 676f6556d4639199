"""Distributions of truth and predictions beside each other: share of the surface by size or by number of sides."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from graincast.report import charts

FROM = "from"  # the column of the lower edges of bins


def shares_beside(
    shares: pd.DataFrame, models: Sequence[str], bounds: Mapping[str, str], axis: str, centre: float
) -> Any:
    """One panel a case: mean share in each bin, with its interval, as steps that are centred so far above its edge.

    `shares` has the columns case, model, `FROM`, mean, low, high, structures; `bounds` the looks of lines. Bins beyond
    the last in which anything was found are left out.
    """
    filled = shares[shares[FROM] <= shares.loc[shares["mean"] > 0, FROM].max()]
    drawn = filled.assign(centre=filled[FROM] + centre)[
        ["case", "model", FROM, "centre", *charts.NUMBERS, "structures"]
    ]
    x = alt.X("centre:Q", title=axis)
    y = alt.Y("mean:Q", title="share of the surface", axis=alt.Axis(format="%"))
    tooltip = ["case:N", "model:N", f"{FROM}:Q", *charts.mean_and_interval(".2%")]
    series = charts.series(models, bounds, set(shares["model"]))
    layers = charts.means_with_bands(x, y, series, [*tooltip, "structures:Q"], "step")
    return charts.finished(
        charts.without_hidden(charts.panels(layers, drawn, "case", list(dict.fromkeys(drawn["case"]))))
    )
