"""What came out against what was asked for, dial by dial."""

from typing import Any

import altair as alt
import pandas as pd

from graincast.report import charts


def chart(points: pd.DataFrame) -> Any:
    """A panel a dial, a point a field; the dashed line is where both are the same."""
    look = charts.series(list(dict.fromkeys(points["where"])), {}, (), column="where")
    axes = {name: alt.Scale(zero=False) for name in ("asked", "got")}
    base = alt.Chart().encode(
        x=alt.X("asked:Q", scale=axes["asked"], title="asked"),
        y=alt.Y("got:Q", scale=axes["got"], title="got"),
        tooltip=["model:N", "where:N", alt.Tooltip("asked:Q", format=".3f"), alt.Tooltip("got:Q", format=".3f")],
    )
    marks = base.mark_point(filled=True, size=35, opacity=0.7).encode(color=look.colour, shape=look.shape)
    same = base.mark_line(color=charts.GREY, strokeDash=list(charts.DASHES["--"])).encode(
        y=alt.Y("asked:Q"), tooltip=[]
    )
    panels = charts.panels(alt.layer(same, marks), points, "dial", list(dict.fromkeys(points["dial"])), 2)
    return charts.finished(charts.without_hidden(panels.resolve_scale(x="independent", y="independent")))
