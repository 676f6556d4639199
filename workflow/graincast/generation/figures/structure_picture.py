"""Made structures beside the map that they are like, at the same pixels to a mean grain."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from graincast.material.grains import coloured_map

HEIGHT = 3.4  # inches of a panel
LONGEST = 700  # pixels of it
MOST = 3  # structures that are shown


def side_by_side(maps: Sequence[NDArray[np.integer]], titles: Sequence[str], widths: Sequence[float]) -> Figure:
    """Panels of maps with their titles, which show so many mean diameters each along their width, on one scale."""
    shown = [one.shape[0] / one.shape[1] for one in maps]
    tallest = max(width * ratio for width, ratio in zip(widths, shown, strict=True))
    sizes = [
        (HEIGHT * width / tallest, HEIGHT * width * ratio / tallest) for width, ratio in zip(widths, shown, strict=True)
    ]
    inches = [max(width, 1.6) for width, _ in sizes]
    figure, panels = plt.subplots(
        1,
        len(maps),
        figsize=(sum(inches) + 0.3, HEIGHT + 0.4),
        width_ratios=inches,
        squeeze=False,
        layout="constrained",
    )
    for panel, labels, title in zip(panels[0], maps, titles, strict=True):
        colours = coloured_map.palette(labels, int(labels.max()) + 1)
        panel.imshow(coloured_map.picture(labels, colours, LONGEST), interpolation="antialiased")
        panel.set(xticks=[], yticks=[], title=title)
        panel.grid(False)
        panel.spines[:].set_visible(False)
    return figure
