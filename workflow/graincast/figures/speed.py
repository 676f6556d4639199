"""Error against seconds per sequence: the solver's settings as a line, each model as a point."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from graincast.figures.style import colour_of
from graincast.speed.comparison import CRITERIA, DEVICES, error, seconds

MARKERS = dict(zip(DEVICES, ("o", "^"), strict=True))


Entries = Mapping[str, Mapping[str, Any]]


def error_against_seconds(timed: Entries, models: Sequence[str]) -> Figure:
    """One panel a criterion, from `speed.comparison.entries`."""
    figure, panels = plt.subplots(1, len(CRITERIA), figsize=(8.6, 3.1), layout="constrained")
    solver = {name: entry for name, entry in timed.items() if name not in models}
    for panel, (criterion, words) in zip(panels, CRITERIA.items(), strict=True):
        _solver_line(panel, solver, criterion)
        for model, colour in colour_of(models).items():
            _points(panel, model, timed[model], criterion, colour)
        panel.set(xscale="log", yscale="log", xlabel="seconds per sequence", ylabel=words)
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside right center")
    return figure


def _solver_line(panel: Axes, solver: Entries, criterion: str) -> None:
    times = [seconds(row, "cpu") for row in solver.values()]
    errors = [error(criterion, row[criterion]) for row in solver.values()]
    panel.plot(times, errors, "s-", color="#777777", markersize=4, label="solver, from pixels")
    for name, time, reached in zip(solver, times, errors, strict=True):
        setting = name.rpartition(" at ")[2]
        panel.annotate(setting, (time, reached), xytext=(5, 3), textcoords="offset points", fontsize=7)


def _points(panel: Axes, model: str, row: Mapping[str, Any], criterion: str, colour: str) -> None:
    for device, marker in MARKERS.items():
        time = seconds(row, device)
        if time == time:  # not nan: the device was there
            panel.plot(time, error(criterion, row[criterion]), marker, color=colour, label=f"{model} ({device})")
