"""Scores against the setting that a dial turns."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from graincast.figures.style import colour_of

MARKS = ("o", "s", "^", "D", "v", "P", "X")  # a second sign of each model beside its colour


def score_against_dial(
    points: pd.DataFrame, scores: Sequence[str], models: Sequence[str], bounds: Mapping[str, str]
) -> Figure:
    """A column a dial, a row a score: every model by the setting, with 95 % intervals; floors and ceilings as lines.

    Points without a setting are in distribution and stand at the left edge.
    """
    dials = list(dict.fromkeys(points["dial"]))
    size = (2.6 * len(dials) + 1.8, 2.3 * len(scores) + 0.4)
    figure, panels = plt.subplots(
        len(scores), len(dials), figsize=size, sharey="row", squeeze=False, layout="constrained"
    )
    for row, score in zip(panels, scores, strict=True):
        for panel, dial in zip(row, dials, strict=True):
            _draw(panel, points[(points["dial"] == dial) & (points["score"] == score)], models, bounds)
        row[0].set_ylabel(score.replace("_", " "))
    for panel, dial in zip(panels[0], dials, strict=True):
        panel.set_title(dial)
    for panel, dial in zip(panels[-1], dials, strict=True):
        panel.set_xlabel(points.loc[points["dial"] == dial, "key"].iloc[0].replace("_", " "))
    handles = {
        label: handle
        for panel in panels.ravel()
        for handle, label in zip(*panel.get_legend_handles_labels(), strict=True)
    }
    figure.legend(handles.values(), handles.keys(), loc="outside right center")
    return figure


def _draw(panel: Axes, points: pd.DataFrame, models: Sequence[str], bounds: Mapping[str, str]) -> None:
    """The points of one dial and score."""
    placed, anchor = points.dropna(subset="setting"), points[points["setting"].isna()]
    for index, (model, colour) in enumerate(colour_of(models).items()):
        here = placed[placed["model"] == model]
        bars = [here["mean"] - here["low"], here["high"] - here["mean"]]
        mark = MARKS[index % len(MARKS)]
        panel.errorbar(
            here["setting"], here["mean"], bars, fmt=f"{mark}-", color=colour, markersize=4, capsize=2, label=model
        )
        for value in anchor.loc[anchor["model"] == model, "mean"]:
            edge = panel.get_yaxis_transform()  # x in widths of the panel
            panel.plot([0.0], [value], ">", color=colour, markersize=7, clip_on=False, transform=edge)
    for bound, look in bounds.items():
        here = placed[placed["model"] == bound]
        if len(here):
            panel.plot(here["setting"], here["mean"], look, color="#777777", linewidth=1, label=bound)
    panel.set_xticks(sorted(placed["setting"].unique()))
    panel.margins(x=0.12)
