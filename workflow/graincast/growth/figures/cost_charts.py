"""Error against seconds per sequence: the solver's settings as a line, each model as a point."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from graincast.growth.timing.comparison import CRITERIA, DEVICES, error, seconds
from graincast.report import charts

SOLVER = "solver, from pixels"
FILLED = dict(zip(DEVICES, (True, False), strict=True))

Entries = Mapping[str, Mapping[str, Any]]


def error_against_seconds(timed: Entries, models: Sequence[str]) -> Any:
    """One panel a criterion, from `speed.comparison.entries`; a point of a GPU is hollow."""
    drawn = points(timed, models)
    look = charts.series(models, {SOLVER: "-"}, (SOLVER,))
    kept = charts.chosen(look)
    base = alt.Chart().encode(
        x=alt.X("seconds:Q", title="seconds per sequence", scale=alt.Scale(type="log", nice=False, padding=12)),
        y=alt.Y("error:Q", title="error", scale=alt.Scale(type="log", nice=False, padding=12)),
        color=look.colour,
        opacity=charts.faded_unless(kept),
    )
    solver = base.transform_filter(alt.datum.model == SOLVER)
    settings = solver.mark_text(align="left", dx=6, dy=-6, fontSize=10).encode(text="setting:N")
    numbers = [alt.Tooltip(f"{name}:Q", format=".3g") for name in ("seconds", "error")]
    tooltip = ["model:N", "setting:N", "device:N", *numbers]
    marks = [
        base.transform_filter(alt.datum.device == device)
        .mark_point(filled=filled, size=60)
        .encode(shape=look.shape, tooltip=tooltip)
        for device, filled in FILLED.items()
        if (drawn["device"] == device).any()
    ]
    layers = alt.layer(solver.mark_line(strokeWidth=1.5), settings, marks[0].add_params(kept), *marks[1:])
    faceted = charts.panels(layers, drawn, "criterion", [*CRITERIA.values()]).resolve_scale(y="independent")
    return charts.finished(charts.without_hidden(faceted))


def points(timed: Entries, models: Sequence[str]) -> pd.DataFrame:
    """A row a criterion, entry and device that was there."""
    rows = [
        {
            "criterion": words,
            "model": name if name in models else SOLVER,
            "setting": "" if name in models else name.rpartition(" at ")[2],
            "device": device,
            "seconds": seconds(entry, device),
            "error": error(criterion, entry[criterion]),
        }
        for criterion, words in CRITERIA.items()
        for name, entry in timed.items()
        for device in DEVICES
    ]
    return pd.DataFrame(rows).dropna(subset="seconds")
