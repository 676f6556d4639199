"""Shares against chances: on the diagonal, a chance means what it says."""

from typing import Any

import altair as alt
import pandas as pd

from graincast.report import charts


def chart(points: pd.DataFrame) -> Any:
    """A line a training, as it is said and calibrated."""
    look = charts.series(list(dict.fromkeys(points["case"])), {}, (), column="case")
    axes = alt.Scale(domain=[0, 1])
    base = alt.Chart(points).encode(
        x=alt.X("chance:Q", scale=axes, title="chance that was given"),
        y=alt.Y("share:Q", scale=axes, title="share of true boundaries"),
        detail=["model:N", "seed:N"],
    )
    lines = base.mark_line(strokeWidth=1.5).encode(color=look.colour, strokeDash=look.dash)
    tooltip = [
        "model:N",
        "seed:Q",
        *(alt.Tooltip(f"{name}:Q", format=".3f") for name in ("chance", "share")),
        "count:Q",
    ]
    marks = base.mark_point(filled=True, size=40).encode(color=look.colour, shape=look.shape, tooltip=tooltip)
    same = base.mark_line(color=charts.GREY, strokeDash=list(charts.DASHES["--"])).encode(y=alt.Y("chance:Q"))
    sized = alt.layer(same, lines, marks).properties(width=charts.PANEL_WIDTH, height=charts.PANEL_WIDTH)
    return charts.finished(sized)
