"""Grain maps side by side, neighbours in different colours, all at one scale."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from graincast.material.grains import coloured_map
from graincast.report.style import COLOURS
from graincast.scoring.grain_descriptors import Descriptors

INCHES = 2.4  # of a panel
PIXELS = 400  # of its longer side
BINS: NDArray[np.float64] = np.linspace(0, 3, 31)
SIDES = np.arange(2.5, 12.6)
DASHES = ("-", "--", ":")  # of what has the first colours, the same again, ...


def side_by_side(maps: Mapping[str, NDArray[np.int32]], across: int = 4) -> Figure:
    """A panel each, as high as the highest map needs."""
    columns = min(across, len(maps))
    rows = -(-len(maps) // columns)
    height = INCHES * max(labels.shape[0] / labels.shape[1] for labels in maps.values())
    figure, axes = plt.subplots(
        rows, columns, figsize=(INCHES * columns, (height + 0.3) * rows), squeeze=False, layout="constrained"
    )
    for axis in axes.ravel():
        axis.set_axis_off()
    for axis, (name, labels) in zip(axes.ravel(), maps.items(), strict=False):
        colours = coloured_map.palette(labels, int(labels.max()) + 1)
        axis.imshow(coloured_map.picture(labels, colours, PIXELS), interpolation="nearest")
        axis.set_title(name)
    return figure


def distributions(by_step: Sequence[Mapping[str, Descriptors]], colours: Mapping[str, str]) -> Figure:
    """Densities of R/<R> and shares of n, a column a step, a line a source."""
    figure, axes = plt.subplots(2, len(by_step), figsize=(3.2 * len(by_step), 5), squeeze=False, layout="constrained")
    for column, sources in enumerate(by_step):
        for name, grains in sources.items():
            style = {"color": colours[name], "label": name, "linewidth": 2.2 if name == "truth" else 1.1}
            style["linestyle"] = DASHES[list(sources).index(name) // len(COLOURS) % len(DASHES)]
            weights = grains.weight
            axes[0, column].stairs(
                *np.histogram(grains.radius / grains.mean_radius, BINS, weights=weights, density=True), **style
            )
            axes[1, column].stairs(*np.histogram(grains.sides, SIDES, weights=weights, density=True), **style)
        axes[0, column].set(title=f"step {column + 1}", xlabel="R / <R>")
        axes[1, column].set(xlabel="neighbours n")
    axes[0, 0].set_ylabel("density")
    axes[1, 0].set_ylabel("share")
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return figure
