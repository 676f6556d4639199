"""Charts of ways: one score of each, and scores along a dial."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from graincast.report import charts


def bars(frame: pd.DataFrame, score: str, log: bool = False) -> Any:
    """A row a way, the least first: a score and its interval."""
    rows = frame.rename(columns={score: "mean", f"{score} low": "low", f"{score} high": "high"})
    rows = rows[["way", "mean", "low", "high"]].sort_values("mean")
    order = list(rows["way"])
    look = charts.series(order, {}, (), column="way")
    base = alt.Chart(rows).encode(y=alt.Y("way:N", sort=order, title=None), color=look.colour.legend(None))
    points = base.mark_point(filled=True, size=55).encode(
        x=alt.X("mean:Q", title=score, scale=alt.Scale(type="log") if log else alt.Undefined),
        shape=look.shape.legend(None),
        tooltip=["way:N", *charts.mean_and_interval(".3f")],
    )
    spans = base.mark_rule(strokeWidth=2).encode(x="low:Q", x2="high:Q")
    return charts.finished(alt.layer(spans, points).properties(width=2 * charts.PANEL_WIDTH))


def dials(frame: pd.DataFrame, panels: Sequence[str], ways: Sequence[str]) -> Any:
    """A panel a dial: a score and its band against the value, a line a way, and where training ends, dashed."""
    look = charts.series(list(ways), {}, (), column="way")
    x = alt.X("value:Q", title="value", scale=alt.Scale(zero=False))
    y = alt.Y("mean:Q", title="adapted Rand error")
    lines = charts.means_with_bands(x, y, look, ["way:N", "value:Q", *charts.mean_and_interval(".3f")])
    edge = (
        alt.Chart()
        .transform_filter("isValid(datum.edge)")
        .mark_rule(color=charts.GREY, strokeDash=list(charts.DASHES["--"]))
        .encode(x="edge:Q")
    )
    faceted = charts.panels(alt.layer(edge, lines), frame, "dial", panels, 2)
    return charts.finished(faceted.resolve_scale(x="independent"))
