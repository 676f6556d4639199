"""Von Neumann-Mullins plots of truth and models: mean rates of grains by their number of sides, beside n - 6."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from graincast.report import charts

DODGE = 0.1  # sides between two models, so that their points do not hide each other
KEPT = ["case", "model", "sides", "place", "exact", "mean", "low", "high", "grains", "structures"]


def rates_by_sides(rates: pd.DataFrame, models: Sequence[str], bounds: Mapping[str, str]) -> Any:
    """One panel a case: a point a model and number of sides, the larger the more grains it is the mean of.

    `rates` has the columns case, model, sides, mean, low, high, grains, structures; rates are over (pi / 3) k.
    """
    shown = [*models, *bounds]
    away = rates["model"].map({name: index - (len(shown) - 1) / 2 for index, name in enumerate(shown)})
    drawn = rates.assign(place=np.round(rates["sides"] + DODGE * away, 3), exact=rates["sides"] - 6)[KEPT]
    look = charts.series(models, bounds, set(rates["model"]))
    cases = list(dict.fromkeys(drawn["case"]))
    layers = alt.layer(_law(), _intervals(look), _points(look))
    return charts.finished(charts.without_hidden(charts.panels(layers, drawn, "case", cases)))


def _law() -> Any:
    return alt.Chart().mark_line(color=charts.GREY, strokeWidth=1).encode(x="sides:Q", y="exact:Q")


def _intervals(look: charts.Series) -> Any:
    ends = alt.Chart().transform_filter("isValid(datum.low)").mark_rule(opacity=0.5)
    return ends.encode(x="place:Q", y="low:Q", y2="high:Q", color=look.colour)


def _points(look: charts.Series) -> Any:
    numbers = [alt.Tooltip(f"{name}:Q", format=".3f") for name in ("mean", "low", "high", "exact")]
    kept = charts.chosen(look)
    points = alt.Chart().mark_point(filled=True).add_params(kept)
    return points.encode(
        x=alt.X("place:Q", title="sides of a grain"),
        y=alt.Y("mean:Q", title="dA/dt over (pi / 3) k"),
        color=look.colour,
        shape=look.shape,
        size=alt.Size("grains:Q", scale=alt.Scale(type="sqrt", range=[12, 120]), legend=None),
        opacity=charts.faded_unless(kept),
        tooltip=["case:N", "model:N", "sides:Q", *numbers, "grains:Q", "structures:Q"],
    )
