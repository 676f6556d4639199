"""Laws of growth: rates of area against sides, mean area against time."""

from collections.abc import Mapping
from typing import Any

import altair as alt
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from graincast.material.grains.laws import mullins_rate
from graincast.report import charts

DATA_SET = "data set"
ACROSS = 3  # panels in a row
MOST_POINTS = 4000  # drawn; lines are fitted to all


def mullins(rates: Mapping[str, tuple[NDArray, NDArray]]) -> Figure:
    """dA/dt over k against n - 6, a panel each: grains' (sides, rates), the exact line, and the line through them."""
    across = min(ACROSS, len(rates))
    down = -(-len(rates) // across)
    size = (3.2 * across, 2.9 * down)
    figure, panels = plt.subplots(down, across, figsize=size, squeeze=False, sharey=True, layout="constrained")
    for spare in panels.flat[len(rates) :]:
        spare.remove()
    rng = np.random.default_rng(0)
    for panel, (name, (sides, rate)) in zip(panels.flat, rates.items(), strict=False):
        some = rng.permutation(len(sides))[:MOST_POINTS]
        spread = rng.uniform(-0.25, 0.25, len(some))
        panel.plot(sides[some] - 6 + spread, rate[some], ".", markersize=2, alpha=0.35, color="#0072B2")
        ends = np.array([sides.min(), sides.max()]) if len(sides) else np.array([3, 9])
        panel.plot(ends - 6, mullins_rate(ends, 1.0), color="#000000", linewidth=1, label="exact")
        if len(np.unique(sides)) > 1:
            fitted = np.polyval(np.polyfit(sides - 6, rate, 1), ends - 6)
            panel.plot(ends - 6, fitted, "--", color="#D55E00", linewidth=1.2, label="least squares")
        panel.set(title=f"{name}\n{line_through(sides, rate)}", xlabel="n - 6")
    for first in panels[:, 0]:
        first.set_ylabel("dA/dt over k")
    panels[0, 0].legend()
    return figure


def line_through(sides: NDArray, rates: NDArray) -> str:
    """Slope over the exact one, R^2 and number of grains, in words."""
    if len(np.unique(sides)) < 2:
        return f"{len(sides)} grains, too few for a line" if len(sides) else "no grains"
    slope, offset = np.polyfit(sides - 6, rates, 1)
    left = rates - offset - slope * (sides - 6)
    explained = 1 - left.var() / rates.var() if rates.var() > 0 else 0.0  # a level line explains nothing
    return f"slope / exact {slope / mullins_rate(7, 1.0):.4f}, R$^2$ {explained:.4f}, {len(sides)} grains"


def kinetics(areas: Mapping[str, tuple[NDArray, NDArray]]) -> Any:
    """Mean grain area over its start: mean and standard deviation over simulations, (times, [simulations, frames]).

    Dashed: the straight line through the second half.
    """
    drawn = pd.concat([_grown(name, *area) for name, area in areas.items()], ignore_index=True)
    x = alt.X("time:Q", title="k t over the mean grain area at t = 0")
    y = alt.Y("mean:Q", title="mean grain area over its start", scale=alt.Scale(zero=False))
    look = charts.series(list(areas), {}, (), DATA_SET)
    numbers = [alt.Tooltip(f"{name}:Q", format=".3f") for name in ("time", "mean", "low", "high", "slope")]
    layers = charts.means_with_bands(x, y, look, [f"{DATA_SET}:N", *numbers])
    line = alt.Chart().mark_line(strokeWidth=1, strokeDash=[4, 3], color=charts.GREY)
    line = line.encode(x=x, y="line:Q", detail=f"{DATA_SET}:N")
    wide = alt.layer(layers, line).properties(
        data=drawn, width=2 * charts.PANEL_WIDTH, height=1.4 * charts.PANEL_HEIGHT
    )
    return charts.finished(wide)


def _grown(name: str, times: NDArray, area: NDArray) -> pd.DataFrame:
    """A row a time of one data set, and the line through the second half with its slope."""
    relative = area / area[:, :1]
    mean, spread = relative.mean(axis=0), relative.std(axis=0)
    found = pd.DataFrame({DATA_SET: name, "time": times, "mean": mean, "low": mean - spread, "high": mean + spread})
    half = np.arange(len(times)) >= len(times) // 2
    if half.sum() < 2:
        return found.assign(line=np.nan, slope=np.nan)
    fit = np.polyfit(times[half], mean[half], 1)
    return found.assign(line=np.where(half, np.polyval(fit, times), np.nan), slope=fit[0])
