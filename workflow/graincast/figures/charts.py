"""What interactive charts share: one look, colours by model, models that can be hidden, means with their bands.

Colours of text, axes and grid are the page's own (style.css), so that a chart follows light and dark; on paper they are
those given here. A chart is made by these helpers and, last, by `finished`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from graincast.figures.style import colour_of

GREY = "#777777"  # of floors and ceilings
SOLID = (1, 0)
DASHES = {"-": SOLID, "--": (6, 3), ":": (2, 2)}  # matplotlib's looks of lines, as lengths of dashes and gaps
FADED = 0.15
HIDDEN = "hidden"  # the list of models that the reader has hidden: the page sets it in every chart that has it
PANEL_WIDTH, PANEL_HEIGHT = 240, 180


def finished(chart: Any) -> Any:
    """The chart with the look of all charts; what it holds for screen readers is said once, by the page."""
    return (
        chart.configure(background="transparent", font="system-ui, sans-serif", aria=False)
        .configure_view(stroke=None)
        .configure_axis(labelFontSize=11, titleFontSize=11, titleFontWeight="normal", gridColor="#dddddd")
        .configure_header(labelFontSize=12, title=None)
        .configure_legend(
            orient="top", title=None, labelFontSize=12, symbolType="stroke", symbolSize=200, symbolOpacity=1, columns=4
        )
    )


def model_colour(models: Sequence[str], bounds: Sequence[str] = (), legend: bool = True) -> alt.Color:
    """The colour of the column `model`: that of matplotlib's figures, grey for floors and ceilings."""
    colours = {**colour_of(models), **dict.fromkeys(bounds, GREY)}
    shown: dict[str, Any] = {} if legend else {"legend": None}
    return alt.Color("model:N", scale=alt.Scale(domain=[*colours], range=[*colours.values()]), **shown)


def model_dash(models: Sequence[str], bounds: Mapping[str, str]) -> alt.StrokeDash:
    """The dashes of the column `model`, in one legend with its colour."""
    looks = {**dict.fromkeys(models, SOLID), **{name: DASHES[look] for name, look in bounds.items()}}
    return alt.StrokeDash("model:N", scale=alt.Scale(domain=[*looks], range=[list(look) for look in looks.values()]))


def without_hidden(chart: Any) -> Any:
    """The chart without the rows of models that the reader has hidden."""
    return chart.add_params(alt.param(name=HIDDEN, value=[])).transform_filter(f"indexof({HIDDEN}, datum.model) < 0")


def means_with_bands(x: alt.X, y: alt.Y, colour: alt.Color, dash: alt.StrokeDash, tooltip: Sequence[Any]) -> Any:
    """Lines of the column that `y` names, bands from `low` to `high` where there are any, values under the pointer.

    A click on the legend fades all others; with shift, more stay.
    """
    chosen = alt.selection_point("chosen", fields=["model"], bind="legend", toggle="event.shiftKey")
    base = alt.Chart().encode(x=x, color=colour)
    faded = alt.when(chosen)
    band = (
        base.mark_area()
        .transform_filter("isValid(datum.low)")
        .encode(alt.Y("low:Q"), alt.Y2("high:Q"), opacity=faded.then(alt.value(0.2)).otherwise(alt.value(0.03)))
    )
    opacity = faded.then(alt.value(1)).otherwise(alt.value(FADED))
    line = base.mark_line(strokeWidth=1.8).encode(y=y, strokeDash=dash, opacity=opacity)
    points = base.mark_point(filled=True, size=35).encode(y=y, opacity=opacity, tooltip=list(tooltip))
    return alt.layer(band, line, points.add_params(chosen))


def panels(layers: Any, frame: Any, column: str, names: Sequence[str], across: int = 3) -> Any:
    """A panel for each of the `names` in a column of the frame, in this order, on the same scales."""
    facet = alt.Facet(f"{column}:N", sort=list(names), header=alt.Header(title=None))
    sized = layers.properties(width=PANEL_WIDTH, height=PANEL_HEIGHT)
    faceted = sized.properties(data=frame).facet(facet=facet, columns=min(across, len(names)))
    return faceted.resolve_axis(x="independent")  # shared ones stand below the gaps of the last row too
