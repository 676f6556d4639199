"""The section of any study's page on training: learning curves."""

from typing import Any

import altair as alt
import pandas as pd

from graincast.report import charts
from graincast.report.parts import Chart, Section


def section(curves: pd.DataFrame) -> Section | None:
    """Learning curves, where any model learned."""
    if curves.empty:
        return None
    last = curves.query("case == 'validation'").groupby("model")["value"].last()
    values = ", ".join(f"{model} {value:.4f}" for model, value in last.items())
    caption = "Loss per epoch, one line a training seed; solid: training, dashed: validation."
    alt_text = f"Learning curves. Last validation loss: {values}."
    return Section("training", "Training", [Chart("learning", chart(curves), caption, alt_text)])


def chart(curves: pd.DataFrame) -> Any:
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
