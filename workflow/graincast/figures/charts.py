"""What interactive charts share: one look, colours by model, models that can be hidden, means with their bands.

Colours of text, axes and grid are the page's own (style.css), so that a chart follows light and dark; on paper they are
those given here. A chart is made by these helpers and, last, by `finished`.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import altair as alt

from graincast.figures.style import colour_of

GREY = "#777777"  # of floors and ceilings
DASHES = {"-": (1, 0), "--": (6, 3), ":": (2, 2)}  # matplotlib's looks of lines, as lengths of dashes and gaps
SHAPES = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross", "wedge")
FADED = 0.15
HIDDEN = "hidden"  # the list of models that the reader has hidden: the page sets it in every chart that has it
PANEL_WIDTH, PANEL_HEIGHT = 240, 180


def finished(chart: Any) -> Any:
    """The chart with the look of all charts; what it holds for screen readers is said once, by the page."""
    return (
        chart.configure(background=None, font="system-ui, sans-serif", aria=False)
        .configure_view(stroke=None)
        .configure_axis(labelFontSize=11, titleFontSize=11, titleFontWeight="normal", gridColor="#dddddd")
        .configure_header(labelFontSize=12, title=None)
        .configure_legend(orient="top", title=None, labelFontSize=12, symbolType="stroke", symbolSize=200, columns=4)
    )


def model_colour(models: Sequence[str], bounds: Sequence[str] = (), legend: bool = True) -> alt.Color:
    """The colour of the column `model`: that of matplotlib's figures, grey for floors and ceilings."""
    colours = {**colour_of(models), **dict.fromkeys(bounds, GREY)}
    shown: dict[str, Any] = {} if legend else {"legend": None}
    return alt.Color("model:N", scale=alt.Scale(domain=[*colours], range=[*colours.values()]), **shown)


def model_dash(models: Sequence[str], bounds: Mapping[str, str]) -> alt.StrokeDash:
    """The dashes of the column `model`, in one legend with its colour."""
    looks = {**dict.fromkeys(models, "-"), **bounds}
    return dash_of("model", looks)


def dash_of(column: str, looks: Mapping[str, str]) -> alt.StrokeDash:
    """Dashes by a column with these values."""
    return alt.StrokeDash(
        f"{column}:N", scale=alt.Scale(domain=[*looks], range=[list(DASHES[look]) for look in looks.values()])
    )


def level(value: float, axis: Literal["x", "y"] = "y") -> Any:
    """A dashed line at a value of an axis, once in each panel."""
    line = alt.Chart().transform_aggregate(rows="count()").mark_rule(color=GREY, strokeDash=list(DASHES["--"]))
    return line.encode(**{axis: alt.datum(value)})


def model_shape(models: Sequence[str], bounds: Sequence[str] = ()) -> alt.Shape:
    """The shape of the points of the column `model`, in one legend with its colour; floors and ceilings have dots."""
    shapes = {name: SHAPES[index % len(SHAPES)] for index, name in enumerate(models)}
    shapes |= dict.fromkeys(bounds, SHAPES[0])
    return alt.Shape("model:N", scale=alt.Scale(domain=[*shapes], range=[*shapes.values()]))


@dataclass(frozen=True)
class Series:
    """What tells the values of the column `model` apart: never colour alone."""

    colour: alt.Color
    dash: alt.StrokeDash
    shape: alt.Shape


def series(models: Sequence[str], bounds: Mapping[str, str], present: Container[str]) -> Series:
    """Of the models, and of those floors and ceilings, with the looks of their lines, that are present."""
    looks = {name: look for name, look in bounds.items() if name in present}
    return Series(model_colour(models, [*looks]), model_dash(models, looks), model_shape(models, [*looks]))


def chosen_models() -> alt.Parameter:
    """The models that the reader chose: a click on the legend fades all others; with shift, more stay."""
    return alt.selection_point(fields=["model"], bind="legend", toggle="event.shiftKey")


def faded_unless(chosen: alt.Parameter, opacity: float = 1.0, faded: float = FADED) -> Any:
    """The opacity of what was chosen, and of all else."""
    return alt.when(chosen).then(alt.value(opacity)).otherwise(alt.value(faded))


def without_hidden(chart: Any) -> Any:
    """The chart without the rows of models that the reader has hidden."""
    return chart.add_params(alt.param(name=HIDDEN, value=[])).transform_filter(f"indexof({HIDDEN}, datum.model) < 0")


def means_with_bands(x: alt.X, y: alt.Y, look: Series, tooltip: Sequence[Any], joined: str = "linear") -> Any:
    """Lines of the column that `y` names, bands from `low` to `high` where there are any, values under the pointer.

    `joined` is how points are, in Vega's words.
    """
    chosen = chosen_models()
    base = alt.Chart().encode(x=x, color=look.colour)
    band = (
        base.mark_area(clip=True, interpolate=joined)
        .transform_filter("isValid(datum.low)")
        .encode(alt.Y("low:Q"), alt.Y2("high:Q"), opacity=faded_unless(chosen, 0.2, 0.03))
    )
    line = base.mark_line(strokeWidth=1.8, interpolate=joined)
    line = line.encode(y=y, strokeDash=look.dash, opacity=faded_unless(chosen))
    points = base.mark_point(filled=True, size=35)
    points = points.encode(y=y, shape=look.shape, opacity=faded_unless(chosen), tooltip=list(tooltip))
    return alt.layer(band, line, points.add_params(chosen))


def panels(layers: Any, frame: Any, column: str, names: Sequence[str], across: int = 3) -> Any:
    """A panel for each of the `names` in a column of the frame, in this order, on the same axes."""
    facet = alt.Facet(f"{column}:N", sort=list(names), header=alt.Header(title=None))
    sized = layers.properties(width=PANEL_WIDTH, height=PANEL_HEIGHT)
    return sized.properties(data=frame).facet(facet=facet, columns=min(across, len(names)))
