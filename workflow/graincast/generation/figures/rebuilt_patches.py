"""Patches as they are and as they are rebuilt: distances, grains, and radius against the number of neighbours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from graincast.material.grains import coloured_map
from graincast.report.style import COLOURS

SIZE = 1.9  # inches of one patch
ENLARGED = 384  # pixels of a grain map as it is drawn
MOST_POINTS = 1500  # drawn; lines are fitted to all
TRUE, REBUILT = "truth", "rebuilt"
LOOKS = {TRUE: (COLOURS[0], "-", "o"), REBUILT: (COLOURS[1], "--", "^")}


@dataclass(frozen=True)
class Shown:
    """A patch of one step, and what was made of it."""

    title: str
    distances: Mapping[str, NDArray]  # [side, side] pixels, by what they are
    grains: Mapping[str, NDArray]  # [side, side] labels, by the same


def beside_each_other(shown: Sequence[Shown]) -> Figure:
    """A column a patch; rows: its distances, all of a column on one scale, then its grains."""
    kinds = list(shown[0].distances)
    size = (SIZE * len(shown) + 0.5, SIZE * 2 * len(kinds) + 0.3)
    figure, panels = plt.subplots(2 * len(kinds), len(shown), figsize=size, squeeze=False, layout="constrained")
    for column, patch in zip(panels.T, shown, strict=True):
        deepest = max(float(patch.distances[kinds[0]].max()), 1e-9)
        for panel, kind in zip(column, kinds, strict=False):
            panel.imshow(patch.distances[kind], cmap="viridis", vmin=0, vmax=deepest, interpolation="nearest")
        for panel, kind in zip(column[len(kinds) :], kinds, strict=True):
            labels = patch.grains[kind]
            count = int(labels.max()) + 1
            picture = coloured_map.picture(labels, coloured_map.palette(labels, count), ENLARGED)
            panel.imshow(picture, interpolation="antialiased")
            panel.set_title(f"{count} grains", fontsize=8)
        column[0].set_title(patch.title)
    names = [f"{kind}:\n{what}" for what in ("distance", "grains") for kind in kinds]
    for panel, name in zip(panels[:, 0], names, strict=True):
        panel.set_ylabel(name)
    for panel in panels.flat:
        bare(panel)
    return figure


def bare(panel: Axes) -> None:
    """Without ticks, grid and frame."""
    panel.set(xticks=[], yticks=[])
    panel.grid(False)
    panel.spines[:].set_visible(False)


Points = tuple[NDArray, NDArray]  # neighbours and radii of grains


def radius_against_neighbours(rows: Mapping[str, Mapping[str, Mapping[str, Points]]]) -> Figure:
    """Panels by row and step, each with grains and the line through them by what they are."""
    steps = list(next(iter(rows.values())))
    size = (2.9 * len(steps), 2.5 * len(rows) + 0.3)
    figure, panels = plt.subplots(
        len(rows), len(steps), figsize=size, squeeze=False, sharex=True, sharey="row", layout="constrained"
    )
    rng = np.random.default_rng(0)
    for line, (row, by_step) in zip(panels, rows.items(), strict=True):
        for panel, (step, kinds) in zip(line, by_step.items(), strict=True):
            slopes = [
                _points_and_line(panel, kind, points, shift, rng)
                for shift, (kind, points) in zip((-0.17, 0.17), kinds.items(), strict=True)
            ]
            panel.set_title(f"{row}, {step}\n{'; '.join(slopes)}", fontsize=8)
        line[0].set_ylabel("R, pixels")
    for panel in panels[-1]:
        panel.set_xlabel("neighbours n")
    marks, names = panels[0, 0].get_legend_handles_labels()
    figure.legend(marks, names, loc="outside upper center", ncols=len(names))
    return figure


def _points_and_line(panel: Axes, kind: str, points: Points, shift: float, rng: np.random.Generator) -> str:
    """The slope in words."""
    sides, radius = points
    colour, dash, mark = LOOKS[kind]
    some = rng.permutation(len(sides))[:MOST_POINTS]
    place = sides[some] + shift + rng.uniform(-0.13, 0.13, len(some))
    panel.plot(place, radius[some], mark, markersize=2, alpha=0.3, color=colour, markeredgewidth=0)
    if len(np.unique(sides)) < 2:
        return f"{kind} none"
    ends = np.array([sides.min(), sides.max()])
    slope, offset = np.polyfit(sides, radius, 1)
    panel.plot(ends, offset + slope * ends, dash, color=colour, linewidth=1.4, label=kind)
    return f"{kind} {slope:.2f} ({len(sides)})"
