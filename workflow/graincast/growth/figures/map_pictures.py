"""A measured map: its grains in colours under their boundaries, and the pattern quality that was measured with them."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from graincast.growth.figures.evolution_strip import grain_colours
from graincast.material.measured.cleaned import Cleaned

WIDTH = 4.0  # inches of one panel
BAR_SHARE = 0.3  # of the width of the map that the scale bar takes at most
LINE = 0.7  # points, of boundaries
EXTREMES = (1, 99)  # percentiles of quality that are black and white: single points are far out


def grain_map(of: Cleaned) -> Figure:
    """Grains, and beside them the quality of the same points where the map has one; row 0 is on top, as measured."""
    panels = 1 if of.quality is None else 2
    rows, columns = of.labels.shape
    size = (WIDTH * panels, WIDTH * rows / columns + 0.3)
    figure, axes = plt.subplots(1, panels, figsize=size, squeeze=False, layout="constrained")
    grains = axes[0, 0]
    grains.imshow(grain_colours(of.grains)[of.labels], interpolation="nearest")
    grains.plot(*_boundary_lines(of.labels), color="black", linewidth=LINE, solid_capstyle="projecting")
    grains.set_title(f"{of.grains} grains")
    if of.quality is not None:
        low, high = np.nanpercentile(of.quality, EXTREMES)
        axes[0, 1].imshow(of.quality, cmap="gray", vmin=low, vmax=max(high, low + 1e-9), interpolation="nearest")
        axes[0, 1].set_title("pattern quality")
    for panel in axes[0]:
        panel.set(xticks=[], yticks=[], xlim=(-0.5, columns - 0.5), ylim=(rows - 0.5, -0.5))
        panel.grid(False)
        panel.spines[:].set_visible(False)
    _draw_scale_bar(grains, of)
    return figure


def bar_length(width: float) -> float:
    """The largest of 1, 2 and 5 times a power of ten that is no more than `BAR_SHARE` of `width`."""
    longest = BAR_SHARE * width
    power = 10.0 ** np.floor(np.log10(longest))
    return float(max(digit * power for digit in (1, 2, 5) if digit * power <= longest))


def scale_bar(of: Cleaned) -> tuple[str, str]:
    """The length of the scale bar of a map, and its unit."""
    columns = of.labels.shape[1]
    return (f"{bar_length(columns):g}", "points") if of.step is None else (f"{bar_length(columns * of.step):g}", "µm")


def _draw_scale_bar(panel: Axes, of: Cleaned) -> None:
    """A bar in the lower left corner, on white so that it can be read on any grain."""
    rows, columns = of.labels.shape
    length, unit = scale_bar(of)
    left, down = 0.04 * columns, rows - 0.04 * columns
    right = left + float(length) / (of.step or 1.0)
    panel.plot([left, right], [down, down], color="black", linewidth=3, solid_capstyle="butt")
    text = panel.text(left, down - 0.015 * columns, f"{length} {unit}", va="bottom", fontsize=8)
    text.set_bbox({"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.5})


def _boundary_lines(labels: NDArray[np.integer]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """x and y of the edges between pixels of two grains, with a gap after each."""
    below = np.argwhere(labels[:-1] != labels[1:])
    right = np.argwhere(labels[:, :-1] != labels[:, 1:])
    flat = below[:, None] + np.array([[0.5, -0.5], [0.5, 0.5], [np.nan, np.nan]])
    upright = right[:, None] + np.array([[-0.5, 0.5], [0.5, 0.5], [np.nan, np.nan]])
    points = np.concatenate([flat, upright]).reshape(-1, 2)
    return points[:, 1], points[:, 0]
