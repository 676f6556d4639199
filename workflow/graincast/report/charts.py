"""What interactive charts share: one look, colours by model, models that can be hidden, means with their bands.

Colours of text, axes and grid are the page's own (style.css), so that a chart follows light and dark; on paper they are
those given here. A chart is made by these helpers and, last, by `finished`.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import altair as alt

from graincast.report.style import colour_of

GREY = "#777777"  # of floors and ceilings
DASHES = {"-": (1, 0), "--": (6, 3), ":": (2, 2)}  # matplotlib's looks of lines, as lengths of dashes and gaps
SHAPES = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross", "triangle-left")
FADED = 0.15
FEW_TICKS = 20  # at the most, an axis of whole numbers has one for each
HIDDEN = "hidden"  # the list of models that the reader has hidden: the page sets it in every chart that has it
PANEL_WIDTH, PANEL_HEIGHT = 240, 180
WIDEST_LABEL = 260  # pixels
NUMBERS = ("mean", "low", "high")  # columns of a mean and its interval


def finished(chart: Any) -> Any:
    """The chart with the look of all charts; what it holds for screen readers is said once, by the page."""
    return (
        chart.configure(background="transparent", font="system-ui, sans-serif", aria=False)
        .configure_view(stroke=None)
        .configure_axis(
            labelFontSize=11,
            labelFlush=False,
            labelLimit=WIDEST_LABEL,
            labelOverlap="parity",
            labelSeparation=2,
            titleFontSize=11,
            titleFontWeight="normal",
            gridColor="#dddddd",
        )
        .configure_header(labelFontSize=12, title=None)
        .configure_legend(
            orient="top",
            title=None,
            labelFontSize=12,
            labelLimit=WIDEST_LABEL,
            symbolType="stroke",
            symbolSize=120,
            columns=4,
            symbolOpacity=1,
        )
    )


@dataclass(frozen=True)
class Series:
    """What tells the values of a column apart: never colour alone."""

    colour: alt.Color
    dash: alt.StrokeDash
    shape: alt.Shape
    column: str


def series(names: Sequence[str], bounds: Mapping[str, str], present: Container[str], column: str = "model") -> Series:
    """Of the names, in the colours of matplotlib's figures, and in grey of those floors and ceilings that are present.

    `bounds` are these with the looks of their lines; all stand in one legend.
    """
    looks = {name: look for name, look in bounds.items() if name in present}
    colours = {**colour_of(names), **dict.fromkeys(looks, GREY)}
    shapes = {name: SHAPES[index % len(SHAPES)] for index, name in enumerate(names)}
    shapes |= dict(zip(looks, reversed(SHAPES), strict=False))
    return Series(
        alt.Color(f"{column}:N", scale=_scale(colours), legend=alt.Legend(symbolStrokeWidth=0)),  # dashes would fray it
        dash_of(column, {**dict.fromkeys(names, "-"), **looks}),
        alt.Shape(f"{column}:N", scale=_scale(shapes)),
        column,
    )


def whole(column: str, values: Iterable[Any], title: str) -> alt.X:
    """The axis of a column of whole numbers, such as frames: a tick for each that there is room for, or for some."""
    each = sorted({int(one) for one in values})
    ticks = alt.Axis(format="d", values=each) if len(each) <= FEW_TICKS else alt.Axis(format="d", tickMinStep=1)
    return alt.X(f"{column}:Q", title=title, axis=ticks)


def mean_and_interval(look: str) -> list[alt.Tooltip]:
    """What the pointer tells of a mean and its interval, in this format."""
    return [alt.Tooltip(f"{name}:Q", format=look) for name in NUMBERS]


def dash_of(column: str, looks: Mapping[str, str]) -> alt.StrokeDash:
    """Dashes by a column with these values."""
    return alt.StrokeDash(f"{column}:N", scale=_scale({name: list(DASHES[look]) for name, look in looks.items()}))


def _scale(signs: Mapping[str, Any]) -> alt.Scale:
    return alt.Scale(domain=[*signs], range=[*signs.values()])


def level(value: float, axis: Literal["x", "y"] = "y") -> Any:
    """A dashed line at a value of an axis, once in each panel."""
    line = alt.Chart().transform_aggregate(rows="count()").mark_rule(color=GREY, strokeDash=list(DASHES["--"]))
    return line.encode(**{axis: alt.datum(value)})


def chosen(look: Series) -> alt.Parameter:
    """What the reader chose: a click on the legend fades all others; with shift, more stay."""
    return alt.selection_point("chosen", fields=[look.column], bind="legend", toggle="event.shiftKey")


def faded_unless(kept: alt.Parameter, opacity: float = 1.0, faded: float = FADED) -> Any:
    """The opacity of what was chosen, and of all else."""
    return alt.when(kept).then(alt.value(opacity)).otherwise(alt.value(faded))


def without_hidden(chart: Any) -> Any:
    """The chart without the rows of models that the reader has hidden."""
    return chart.add_params(alt.param(name=HIDDEN, value=[])).transform_filter(f"indexof({HIDDEN}, datum.model) < 0")


def means_with_bands(
    x: alt.X, y: alt.Y, look: Series, tooltip: Sequence[Any], joined: Literal["linear", "step"] = "linear"
) -> Any:
    """Lines of the column that `y` names, bands from `low` to `high` where there are any, values under the pointer.

    `joined` is how points are, in Vega's words.
    """
    band = (
        alt.Chart()
        .mark_area(interpolate=joined)
        .transform_filter("isValid(datum.low)")
        .encode(x, alt.Y("low:Q"), alt.Y2("high:Q"), look.colour, opacity=faded_unless(chosen(look), 0.2, 0.03))
    )
    return alt.layer(band, means(x, y, look, tooltip, joined))


def means(
    x: alt.X, y: alt.Y, look: Series, tooltip: Sequence[Any], joined: Literal["linear", "step"] = "linear"
) -> Any:
    """The same without bands."""
    kept = chosen(look)
    base = alt.Chart().encode(x=x, y=y, color=look.colour, opacity=faded_unless(kept))
    line = base.mark_line(strokeWidth=1.8, interpolate=joined).encode(strokeDash=look.dash)
    points = base.mark_point(filled=True, size=35).encode(shape=look.shape, tooltip=list(tooltip))
    return alt.layer(line, points.add_params(kept))


def panels(layers: Any, frame: Any, column: str, names: Sequence[str], across: int = 3) -> Any:
    """A panel for each of the `names` in a column of the frame, in this order, on the same scales."""
    facet = alt.Facet(f"{column}:N", sort=list(names), header=alt.Header(title=None))
    sized = layers.properties(width=PANEL_WIDTH, height=PANEL_HEIGHT)
    faceted = sized.properties(data=frame).facet(facet=facet, columns=min(across, len(names)))
    return faceted.resolve_axis(x="independent")  # shared ones stand below the gaps of the last row too
