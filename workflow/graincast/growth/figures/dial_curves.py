"""A score against the setting that a dial turns."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from graincast.report import charts

KEPT = ["panel", "case", "model", "setting", *charts.NUMBERS, "structures"]
ANCHOR_SIZE = 90


def score_against_dial(points: pd.DataFrame, axis: str, models: Sequence[str], bounds: Mapping[str, str]) -> Any:
    """A panel a dial: every model by the setting, with 95% intervals; floors and ceilings as lines.

    `points` has the columns dial, key, setting, case, model, mean, low, high, structures. Those without a setting are
    in distribution and stand at the left edge as triangles.
    """
    shown = points[points["model"].isin([*models, *bounds])]
    drawn = shown.assign(panel=shown["dial"] + ": " + shown["key"].str.replace("_", " "))[KEPT]
    x = alt.X("setting:Q", title="setting", scale=alt.Scale(zero=False, nice=False, padding=24))
    y = alt.Y("mean:Q", title=axis, scale=alt.Scale(zero=False))
    numbers = charts.mean_and_interval(".4f")
    tooltip = ["case:N", "model:N", "setting:Q", *numbers, "structures:Q"]
    look = charts.series(models, bounds, set(drawn["model"]))
    turned = charts.means_with_bands(x, y, look, tooltip).transform_filter("isValid(datum.setting)")
    layers = alt.layer(turned, _anchors(look, tooltip, [*bounds]))
    faceted = charts.panels(layers, drawn, "panel", list(dict.fromkeys(drawn["panel"])))
    return charts.finished(charts.without_hidden(faceted.resolve_scale(x="independent")))


def _anchors(look: charts.Series, tooltip: Sequence[Any], bounds: Sequence[str]) -> Any:
    """The models in distribution, at the left edge."""
    of_models = f"!isValid(datum.setting) && indexof({json.dumps(list(bounds))}, datum.model) < 0"
    anchors = alt.Chart().transform_filter(of_models)
    marks = anchors.mark_point(filled=True, shape="triangle-right", size=ANCHOR_SIZE)
    return marks.encode(x=alt.value(0), y="mean:Q", color=look.colour, tooltip=[*tooltip])
