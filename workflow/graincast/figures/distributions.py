"""Distributions of grain size and of sides, at t = 0 and at the end."""

import math
from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from graincast.figures.style import COLOURS

Ends = Mapping[str, tuple[NDArray, NDArray]]  # values at t = 0 and in the last frame, by data set
FEWEST_BINS, MOST_BINS = 12, 40
SIDES = np.arange(2, 13)


def hillert(relative_radius: NDArray[np.float64]) -> NDArray[np.float64]:
    """Hillert's 2-D mean-field density of R / <R> (Hillert 1965), for orientation; the mean is the critical radius."""
    u = np.minimum(relative_radius, 2 - 1e-9)
    density = (2 * math.e) ** 2 * 2 * u / (2 - u) ** 4 * np.exp(-4 / (2 - u))
    return np.where((relative_radius > 0) & (relative_radius < 2), density, 0.0)


def size_distributions(ends: Ends) -> Figure:
    """R / <R> of every data set (columns), by number and by area (rows)."""
    figure, panels = _panels(2, ends)
    for column, (name, values) in enumerate(ends.items()):
        largest = max([2.5, *(1.05 * value.max() for value in values if len(value))])
        bins = np.linspace(0, largest, int(np.clip(np.sqrt(len(values[0])), FEWEST_BINS, MOST_BINS)) + 1)
        for panel, power in zip(panels[:, column], (0, 2), strict=True):
            _steps(panel, values, bins, power)
        fine = np.linspace(0, 2.2, 300)
        panels[0, column].plot(fine, hillert(fine), color="#777777", linewidth=0.8, label="Hillert's mean field")
        panels[0, column].set_title(name)
        panels[0, column].legend(fontsize=7)
        panels[1, column].set_xlabel("R / mean R")
    panels[0, 0].set_ylabel("density by number")
    panels[1, 0].set_ylabel("density by area")
    return figure


def side_distributions(ends: Ends) -> Figure:
    """Share of grains with each number of sides, of every data set."""
    figure, panels = _panels(1, ends)
    for panel, (name, values) in zip(panels[0], ends.items(), strict=True):
        for value, words, shift, colour in zip(values, ("t = 0", "end"), (-0.2, 0.2), COLOURS, strict=False):
            shares = np.mean(np.clip(value, SIDES[0], SIDES[-1]) == SIDES[:, None], axis=1) if len(value) else 0 * SIDES
            panel.bar(SIDES + shift, shares, width=0.4, color=colour, label=_counted(words, value))
        panel.set(title=name, xlabel="sides", xticks=SIDES[::2])
        panel.set_xticklabels([*map(str, SIDES[::2][:-1]), f"{SIDES[-1]}+"])
        panel.set_axisbelow(True)
        panel.legend(fontsize=7)
    panels[0, 0].set_ylabel("share of grains")
    return figure


def _panels(rows: int, ends: Ends) -> tuple[Figure, NDArray]:
    size = (3.2 * len(ends), 2.3 * rows + 0.3)
    figure, panels = plt.subplots(rows, len(ends), figsize=size, squeeze=False, layout="constrained")
    return figure, panels


def _steps(panel: Axes, values: tuple[NDArray, NDArray], bins: NDArray, power: int) -> None:
    """Step lines of both ends, each grain weighted with R to a power."""
    for value, words, colour in zip(values, ("t = 0", "end"), COLOURS, strict=False):
        if len(value):
            density, _ = np.histogram(value, bins, density=True, weights=value**power)
            panel.stairs(density, bins, color=colour, linewidth=1.4, label=_counted(words, value))
        else:
            panel.plot([], color=colour, label=_counted(words, value))


def _counted(words: str, values: NDArray) -> str:
    return f"{words} ({len(values) or 'no'} grains)"
