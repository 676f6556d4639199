"""Laws of growth: rates of area against sides, mean area against time, a solver's error against its resolution."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from graincast.figures.style import COLOURS, colour_of
from graincast.grains.laws import mullins_rate
from graincast.validation import LEFT

MOST_POINTS = 4000  # drawn; lines are fitted to all


def mullins(rates: Mapping[str, tuple[NDArray, NDArray]]) -> Figure:
    """dA/dt over k against n - 6, a panel each: grains' (sides, rates), the exact line, and the line through them."""
    size = (3.2 * len(rates), 2.9)
    figure, panels = plt.subplots(1, len(rates), figsize=size, squeeze=False, sharey=True, layout="constrained")
    rng = np.random.default_rng(0)
    for panel, (name, (sides, rate)) in zip(panels[0], rates.items(), strict=True):
        some = rng.permutation(len(sides))[:MOST_POINTS]
        spread = rng.uniform(-0.25, 0.25, len(some))
        panel.plot(sides[some] - 6 + spread, rate[some], ".", markersize=2, alpha=0.35, color="#0072B2")
        ends = np.array([sides.min(), sides.max()]) if len(sides) else np.array([3, 9])
        panel.plot(ends - 6, mullins_rate(ends, 1.0), color="#000000", linewidth=1, label="exact")
        if len(np.unique(sides)) > 1:
            fitted = np.polyval(np.polyfit(sides - 6, rate, 1), ends - 6)
            panel.plot(ends - 6, fitted, "--", color="#D55E00", linewidth=1.2, label="least squares")
        panel.set(title=f"{name}\n{line_through(sides, rate)}", xlabel="n - 6")
    panels[0, 0].set_ylabel("dA/dt over k")
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


def kinetics(areas: Mapping[str, tuple[NDArray, NDArray]]) -> Figure:
    """Mean grain area over its start: mean and standard deviation over simulations, (times, [simulations, frames]).

    Dashed: the straight line through the second half.
    """
    figure, panel = plt.subplots(figsize=(4.6, 3.0), layout="constrained")
    for name, colour in colour_of(list(areas)).items():
        times, area = areas[name]
        relative = area / area[:, :1]
        mean, spread = relative.mean(axis=0), relative.std(axis=0)
        line, slope = _second_half(times, mean)
        panel.plot(times, mean, "-" if len(times) > 1 else "o", color=colour, label=f"{name}{slope}")
        panel.plot(times[-len(line) :], line, "--", color="#000000", linewidth=0.9)
        panel.fill_between(times, mean - spread, mean + spread, color=colour, alpha=0.2, linewidth=0)
    panel.set(xlabel="k t over the mean grain area at t = 0", ylabel="mean grain area over its start")
    panel.legend()
    return figure


def _second_half(times: NDArray, mean: NDArray) -> tuple[NDArray, str]:
    """Values of the line through the second half of the frames, and its slope in words; neither for a single frame."""
    half = slice(len(times) // 2, None)
    if len(times[half]) < 2:
        return mean[half], ""
    fit = np.polyfit(times[half], mean[half], 1)
    return np.polyval(fit, times[half]), f" (slope {fit[0]:.3g})"


def agreement(validation: pd.DataFrame) -> Figure:
    """Phase field against front tracking by cells to a grain's side, from the rows of `graincast.validation`."""
    figure, (difference, slope) = plt.subplots(1, 2, figsize=(7.2, 3.0), layout="constrained")
    validation = validation.assign(resolution=validation["case"].astype(float))
    fields = validation[validation["model"] == "phase_field"]
    coarsest = validation.loc[validation["model"] == "front_tracking", "resolution"].max()
    for frame, colour in zip(sorted(fields["frame"].unique()), COLOURS, strict=False):
        here = fields[(fields["frame"] == frame) & (fields["score"] == "label_difference")]
        mean = here.groupby("resolution")["value"].mean()
        difference.loglog(mean.index, mean, "o-", color=colour, markersize=4, label=f"{100 * LEFT[frame]:.0f} % left")
        tracked = validation.query("model == 'front_tracking' and score == 'label_difference' and frame == @frame")
        level = tracked.loc[tracked["resolution"] == coarsest, "value"].mean()
        difference.axhline(level, color=colour, linewidth=1, linestyle="--")
    slopes = fields[fields["score"] == "mullins_slope"]
    slope.plot(slopes["resolution"], slopes["value"], "o", color=COLOURS[0], markersize=4)
    slope.axhline(1, color="#000000", linewidth=1)
    ticks = sorted(fields["resolution"].unique())
    difference.set(
        xlabel="cells to a grain's side",
        ylabel="pixels that differ",
        xticks=ticks,
        xticklabels=[f"{tick:g}" for tick in ticks],
    )
    difference.minorticks_off()
    difference.legend()
    slope.set(xlabel="cells to a grain's side", ylabel="von Neumann-Mullins slope over exact", xticks=ticks)
    return figure
