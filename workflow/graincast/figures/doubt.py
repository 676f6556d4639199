"""Whether a model knows when it is wrong: coverage through time, the risk of what it would keep, maps of both."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter
from numpy.typing import NDArray

from graincast.figures.style import colour_of
from graincast.scores.uncertainty import selective_risk

SIZE = 1.35  # inches of one map
Structures = Mapping[tuple[str, str], tuple[NDArray, NDArray]]  # disagreement and error, by model and case


def coverage_through_time(coverage: pd.DataFrame, cases: Sequence[str], models: Sequence[str], level: float) -> Figure:
    """One panel a case: share of structures within their band, with its interval; dashed: the share asked for.

    `coverage` has the columns model, case, frame, coverage, coverage_low, coverage_high.
    """
    figure, panels = _panels(cases)
    for panel, case in zip(panels, cases, strict=True):
        for model in models:
            line = coverage[(coverage["model"] == model) & (coverage["case"] == case)].sort_values("frame")
            colour, frames = colour_of(models)[model], line["frame"]
            panel.plot(frames, line["coverage"], marker=".", color=colour, label=model)
            panel.fill_between(
                frames, line["coverage_low"], line["coverage_high"], color=colour, alpha=0.1, linewidth=0
            )
        panel.axhline(level, color="#333333", linestyle="--", linewidth=1, label=f"asked: {level:.0%}")
        panel.set(title=case, xlabel="frame", ylim=(-0.03, 1.03))
        panel.xaxis.set_major_locator(MaxNLocator(integer=True))
        panel.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    panels[0].set_ylabel("structures within the band")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside right center")
    return figure


def selective_risks(structures: Structures, cases: Sequence[str], models: Sequence[str]) -> Figure:
    """One panel a case: error of the structures kept over that of all, the surest first; dotted: the best order."""
    figure, panels = _panels(cases)
    for panel, case in zip(panels, cases, strict=True):
        panel.axhline(1, color="#333333", linestyle="--", linewidth=1, label="random order")
        for model in [model for model in models if (model, case) in structures]:
            unsure, wrong = structures[model, case]
            for order, look, label in ((unsure, "-", model), (wrong, ":", None)):
                curve = selective_risk(order, wrong)
                scale = curve.risk[-1] or 1.0
                panel.plot(curve.share, curve.risk / scale, look, color=colour_of(models)[model], label=label)
        panel.set(title=case, xlabel="share of structures kept", xlim=(0, 1.02))
        panel.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    panels[0].set_ylabel("error of those kept / of all")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside right center")
    return figure


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


def _panels(cases: Sequence[str]) -> tuple[Figure, list[Axes]]:
    figure, panels = plt.subplots(
        1, len(cases), figsize=(3.0 * len(cases) + 1.9, 2.8), sharey=True, squeeze=False, layout="constrained"
    )
    return figure, list(panels[0])
