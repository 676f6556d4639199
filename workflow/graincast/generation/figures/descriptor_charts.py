"""Latents against what is physically there: correlations of components, what lines read, which shift is noticed."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from graincast.report import charts
from graincast.report.style import COLOURS

MARKS = ("o", "^", "s", "D", "v")
LEVEL = 0.05
READINGS = ("by the latents", "by the relief alone")
DETECTORS = ("distance of latents", "error of the reconstruction", "distance of the plain relief")


def correlations(panels_of: Mapping[str, tuple[NDArray, NDArray]], descriptors: Sequence[str]) -> Figure:
    """Rank correlations of components with descriptors, a panel each of (values, p) [components, descriptors]."""
    components = len(next(iter(panels_of.values()))[0])
    size = (0.5 * components * len(panels_of) + 2.2, 0.42 * len(descriptors) + 1.0)
    figure, panels = plt.subplots(1, len(panels_of), figsize=size, sharey=True, squeeze=False, layout="constrained")
    for panel, (title, (values, p)) in zip(panels[0], panels_of.items(), strict=True):
        drawn = panel.imshow(values.T, cmap="RdBu_r", vmin=-1, vmax=1, aspect="auto")
        for (component, row), value in np.ndenumerate(values):
            sure = p[component, row] < LEVEL
            look = {"color": "white" if abs(value) > 0.6 else "black", "weight": "bold" if sure else "normal"}
            panel.text(component, row, f"{value:+.2f}", ha="center", va="center", fontsize=6.5, **look)
        panel.set(title=title, xlabel="component", xticks=range(components), yticks=range(len(descriptors)))
        panel.set_xticklabels(range(1, components + 1))
        panel.set_yticklabels(descriptors)
        panel.grid(False)
    figure.colorbar(drawn, ax=panels[0], label="rank correlation")
    return figure


def read_against_true(cases: Mapping[str, tuple[NDArray, NDArray]], descriptors: Sequence[str]) -> Figure:
    """A panel a descriptor: what a line reads from latents against what is there, of (true, read) [patches, k]."""
    size = (2.6 * len(descriptors), 2.7)
    figure, panels = plt.subplots(1, len(descriptors), figsize=size, squeeze=False, layout="constrained")
    for column, (panel, name) in enumerate(zip(panels[0], descriptors, strict=True)):
        for number, (case, (true, read)) in enumerate(cases.items()):
            there = np.isfinite(true[:, column] + read[:, column])
            look = {"color": COLOURS[number % len(COLOURS)], "marker": MARKS[number % len(MARKS)]}
            panel.scatter(true[there, column], read[there, column], s=7, alpha=0.45, linewidths=0, label=case, **look)
        every = np.concatenate([true[np.isfinite(true[:, column]), column] for true, _ in cases.values()])
        if len(every):
            ends = np.quantile(every, [0.002, 0.998])
            panel.plot(ends, ends, "--", color="#777777", linewidth=1)
        panel.set(title=name, xlabel="in the patch", ylabel="read from latents" if column == 0 else "")
    names, marks = panels[0, 0].get_legend_handles_labels()[::-1]
    figure.legend(marks, names, loc="outside upper center", ncols=len(names), markerscale=1.6)
    return figure


def read_shares(told: pd.DataFrame, cases: Sequence[str]) -> Any:
    """A panel a descriptor: R^2 with its interval by case, of columns descriptor, case, reading, mean, low, high."""
    shown = told.assign(
        mean=told["mean"].clip(lower=-1), low=told["low"].clip(lower=-1), high=told["high"].clip(lower=-1)
    )
    x = alt.X("mean:Q", title="R\N{SUPERSCRIPT TWO} (below -1: drawn at -1)", scale=alt.Scale(domain=[-1, 1]))
    return _dots(shown, x, "reading", READINGS, "descriptor", cases, level=0.0, across=2)


def shifts_noticed(told: pd.DataFrame, cases: Sequence[str]) -> Any:
    """AUROC with its interval by case, of columns model, case, detector, mean, low, high, a panel a model."""
    x = alt.X("mean:Q", title="AUROC", scale=alt.Scale(domain=[0, 1]))
    return _dots(told, x, "detector", DETECTORS, "model", cases, level=0.5, across=3)


def _dots(
    drawn: pd.DataFrame,
    x: alt.X,
    column: str,
    names: Sequence[str],
    panel: str,
    cases: Sequence[str],
    level: float,
    across: int,
) -> Any:
    """Points with intervals, a line a case."""
    look = charts.series(names, {}, (), column)
    kept = charts.chosen(look)
    base = alt.Chart().encode(
        y=alt.Y("case:N", title=None, sort=[*cases]),
        yOffset=alt.YOffset(f"{column}:N", sort=[*names]),
        color=look.colour,
        opacity=charts.faded_unless(kept),
    )
    ends = base.mark_rule(strokeWidth=1.5).transform_filter("isValid(datum.low)").encode(x="low:Q", x2="high:Q")
    tooltip = [f"{panel}:N", "case:N", f"{column}:N", *charts.mean_and_interval(".3f")]
    points = base.mark_point(filled=True, size=45).encode(x=x, shape=look.shape, tooltip=tooltip).add_params(kept)
    layers = alt.layer(charts.level(level, "x"), ends, points)
    return charts.finished(charts.panels(layers, drawn, panel, list(dict.fromkeys(drawn[panel])), across))
