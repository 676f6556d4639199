"""Whether a model knows when it is wrong: coverage, the risk of what it would keep, what it tells apart, maps."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from graincast.report import charts
from graincast.scoring.uncertainty import selective_risk

SIZE = 1.35  # inches of one map
BY_DISAGREEMENT, BEST = "by disagreement", "best order"
Structures = Mapping[tuple[str, str], tuple[NDArray, NDArray]]  # disagreement and error, by model and case


def coverage_through_time(coverage: pd.DataFrame, cases: Sequence[str], models: Sequence[str], level: float) -> Any:
    """One panel a case: share of structures within their band, with its interval; dashed: the share asked for.

    `coverage` has the columns model, case, frame, coverage, coverage_low, coverage_high.
    """
    drawn = coverage.rename(columns={"coverage": "mean", "coverage_low": "low", "coverage_high": "high"})
    x = charts.whole("step", drawn["step"], "frame")
    axis, scale = alt.Axis(format=".0%"), alt.Scale(domain=[0, 1])
    y = alt.Y("mean:Q", title="structures within the band", axis=axis, scale=scale)
    shares = [alt.Tooltip(f"{name}:Q", format=".0%") for name in ("mean", "low", "high")]
    look = charts.series(models, {}, ())
    layers = charts.means_with_bands(x, y, look, ["case:N", "model:N", "frame:Q", *shares])
    return _panelled(alt.layer(layers, charts.level(level)), drawn, "case", cases)


def selective_risks(structures: Structures, cases: Sequence[str], models: Sequence[str]) -> Any:
    """One panel a case: error of the structures kept over that of all, the surest first; dotted: the best order."""
    drawn = pd.concat([_risk(*key, *both) for key, both in structures.items()], ignore_index=True)
    look = charts.series(models, {}, ())
    kept = charts.chosen(look)
    base = alt.Chart().encode(
        x=alt.X(
            "share:Q", title="share of structures kept", axis=alt.Axis(format=".0%"), scale=alt.Scale(domain=[0, 1])
        ),
        y=alt.Y("risk:Q", title="error of those kept / of all", scale=alt.Scale(zero=False)),
        color=look.colour,
        opacity=charts.faded_unless(kept),
    )
    lines = base.mark_line(strokeWidth=1.8).encode(
        strokeDash=charts.dash_of("order", {BY_DISAGREEMENT: "-", BEST: ":"})
    )
    numbers = [alt.Tooltip("share:Q", format=".0%"), alt.Tooltip("risk:Q", format=".3f")]
    points = base.mark_point(filled=True, size=20).transform_filter(f"datum.order === '{BY_DISAGREEMENT}'")
    points = points.encode(shape=look.shape, tooltip=["case:N", "model:N", *numbers]).add_params(kept)
    return _panelled(alt.layer(charts.level(1.0), lines, points), drawn, "case", cases)


def _risk(model: str, case: str, unsure: NDArray, wrong: NDArray) -> pd.DataFrame:
    """Both orders of one model and case."""
    curves = {order: selective_risk(by, wrong) for order, by in ((BY_DISAGREEMENT, unsure), (BEST, wrong))}
    one = [
        pd.DataFrame({"order": order, "share": curve.share, "risk": curve.risk / (curve.risk[-1] or 1.0)})
        for order, curve in curves.items()
    ]
    return pd.concat(one).assign(model=model, case=case)


def shift_detection(told: pd.DataFrame, cases: Sequence[str], models: Sequence[str]) -> Any:
    """One panel a measure: how well each model tells the structures of a case from those it was trained on.

    `told` has the columns measure, case, model, auroc, low, high. At the dashed line it tells nothing.
    """
    look = charts.series(models, {}, ())
    kept = charts.chosen(look)
    base = alt.Chart().encode(
        y=alt.Y("case:N", title=None, sort=[*cases]),
        yOffset=alt.YOffset("model:N", sort=[*models]),
        color=look.colour,
        opacity=charts.faded_unless(kept),
    )
    bars = base.mark_rule(strokeWidth=1.5).encode(
        x=alt.X("low:Q", title="AUROC", scale=alt.Scale(domain=[0, 1])), x2="high:Q"
    )
    numbers = [alt.Tooltip(f"{name}:Q", format=".3f") for name in ("auroc", "low", "high")]
    points = base.mark_point(filled=True, size=45).encode(
        x="auroc:Q", shape=look.shape, tooltip=["measure:N", "case:N", "model:N", *numbers]
    )
    layers = alt.layer(charts.level(0.5, "x"), bars, points.add_params(kept))
    return _panelled(layers, told, "measure", list(dict.fromkeys(told["measure"])))


def _panelled(layers: Any, drawn: pd.DataFrame, column: str, names: Sequence[str]) -> Any:
    present = [name for name in names if (drawn[column] == name).any()]
    return charts.finished(charts.without_hidden(charts.panels(layers, drawn, column, present)))


def heat_maps(maps: Mapping[str, Mapping[str, NDArray]]) -> Figure:
    """A row each: maps [H, W] by case, all of a row on one scale from nought."""
    cases = list(next(iter(maps.values())))
    size = (SIZE * len(cases) + 1.3, SIZE * len(maps) + 0.3)
    figure, panels = plt.subplots(len(maps), len(cases), figsize=size, squeeze=False, layout="constrained")
    for line, (name, by_case) in zip(panels, maps.items(), strict=True):
        largest = max(float(one.max()) for one in by_case.values()) or 1.0
        for panel, case in zip(line, cases, strict=True):
            drawn = panel.imshow(by_case[case], cmap="magma", vmin=0.0, vmax=largest, interpolation="nearest")
            panel.set(xticks=[], yticks=[])
            panel.grid(False)
        line[0].set_ylabel(name)
        figure.colorbar(drawn, ax=line)
    for panel, case in zip(panels[0], cases, strict=True):
        panel.set_title(case)
    return figure
