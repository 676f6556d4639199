"""The first principal components of latents: how much they hold, where structures lie, what drawn vectors do there."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from graincast.report.style import COLOURS

MARKS = ("o", "^", "s", "D", "v", "P", "X")


def variance_held(share: NDArray) -> Figure:
    """Share of the variance that each component [components] holds, and what those up to it hold together."""
    figure, panel = plt.subplots(figsize=(4.2, 2.6), layout="constrained")
    number = 1 + np.arange(len(share))
    panel.bar(number, 100 * share, color=COLOURS[0], label="each")
    panel.plot(number, 100 * np.cumsum(share), "o--", color=COLOURS[1], markersize=3, linewidth=1, label="together")
    panel.set(xlabel="component", ylabel="% of the variance", xticks=number, ylim=(0, None))
    panel.legend(loc="best")
    return figure


def clusters(steps: Mapping[str, NDArray], others: Mapping[str, NDArray]) -> Figure:
    """Places [patches, 2] of test patches by step, and beside them those of other cases over the same."""
    across = 2 if others else 1
    figure, panels = plt.subplots(
        1, across, figsize=(4.2 * across, 3.6), sharex=True, sharey=True, squeeze=False, layout="constrained"
    )
    _clouds(panels[0, 0], steps, COLOURS, 0.6)
    panels[0, 0].set(title="test patches by step")
    if others:
        every = np.concatenate(list(steps.values()))
        _clouds(panels[0, 1], {"test": every}, ("#aaaaaa",), 0.35)
        _clouds(panels[0, 1], others, COLOURS[3:], 0.7, MARKS[3:])
        panels[0, 1].set(title="structures never trained on")
    for panel in panels[0]:
        panel.set(xlabel="component 1", ylabel="component 2" if panel is panels[0, 0] else "")
        panel.legend(fontsize=7)
    return figure


def _clouds(
    panel: Axes, places: Mapping[str, NDArray], colours: Sequence[str], alpha: float, marks: Sequence[str] = MARKS
) -> None:
    for number, (name, place) in enumerate(places.items()):
        colour, mark = colours[number % len(colours)], marks[number % len(marks)]
        panel.scatter(place[:, 0], place[:, 1], s=9, color=colour, marker=mark, alpha=alpha, linewidths=0, label=name)


def response(mu: NDArray, sigma: NDArray, places: NDArray, test: NDArray) -> Figure:
    """Where vectors of N(mu, sigma) lie, [mus, sigmas, vectors, 2], a panel a sigma; grey: test patches [n, 2]."""
    size = (2.9 * len(sigma), 2.9)
    figure, panels = plt.subplots(1, len(sigma), figsize=size, sharex=True, sharey=True, layout="constrained")
    for panel, width, of_sigma in zip(np.atleast_1d(panels), sigma, places.swapaxes(0, 1), strict=True):
        panel.scatter(test[:, 0], test[:, 1], s=5, color="#aaaaaa", alpha=0.4, linewidths=0)
        drawn = {f"\N{GREEK SMALL LETTER MU} = {value:g}": place for value, place in zip(mu, of_sigma, strict=True)}
        _clouds(panel, drawn, COLOURS, 0.45)
        panel.set(title=f"\N{GREEK SMALL LETTER SIGMA} = {width:g}", xlabel="component 1")
    first = np.atleast_1d(panels)[0]
    first.set_ylabel("component 2")
    first.legend(fontsize=7, markerscale=1.5)
    return figure
