"""Distances to the truth over the ceiling's, source by source."""

from typing import Any

import altair as alt
import pandas as pd

from graincast.report import charts


def chart(shares: pd.DataFrame) -> Any:
    """A panel a statistic, a point a source and step."""
    sources = list(dict.fromkeys(shares["source"]))
    look = charts.series(sources, {}, (), column="source")
    base = alt.Chart().encode(
        x=alt.X("times the ceiling:Q", scale=alt.Scale(type="log", nice=False, padding=10), title="times the ceiling"),
        y=alt.Y("source:N", sort=sources, title=None),
        color=look.colour.legend(None),  # the axis names them
        shape=look.shape.legend(None),
        tooltip=["source:N", "statistic:N", "step:Q", alt.Tooltip("times the ceiling:Q", format=".2f")],
    )
    points = base.mark_point(filled=True, size=45, opacity=0.8)
    layers = alt.layer(points, charts.level(1.0, "x"))
    return charts.finished(charts.panels(layers, shares, "statistic", list(dict.fromkeys(shares["statistic"])), 2))
