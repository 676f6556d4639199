"""What a decoder draws of latents that no structure has: zeros, one dimension alone, many, and by their amplitude."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from graincast.generation.figures.rebuilt_patches import bare

SIZE = 1.35  # inches of one picture
Sheet = Sequence[Mapping[str, NDArray]]  # rows of pictures [side, side] by their titles


def pictures(rows: Sheet) -> Figure:
    """Distances in pixels, all on one scale."""
    every = [image for row in rows for image in row.values()]
    low, high = min(float(image.min()) for image in every), max(float(image.max()) for image in every)
    return _sheet(rows, "viridis", [(low, high)] * len(rows))


def changes(rows: Sheet) -> Figure:
    """Differences in pixels; each row on a scale of its own about nought."""
    ends = [max(float(np.abs(image).max()) for image in row.values()) or 1.0 for row in rows]
    return _sheet(rows, "RdBu_r", [(-end, end) for end in ends])


def _sheet(rows: Sheet, colours: str, ends: Sequence[tuple[float, float]]) -> Figure:
    across = max(len(row) for row in rows)
    size = (SIZE * across + 0.7, (SIZE + 0.3) * len(rows))
    widths = [*[1.0] * across, 0.08]
    figure, panels = plt.subplots(
        len(rows), across + 1, figsize=size, squeeze=False, width_ratios=widths, layout="constrained"
    )
    for line, row, (low, high) in zip(panels, rows, ends, strict=True):
        for panel, (title, image) in zip(line, row.items(), strict=False):
            drawn = panel.imshow(image, cmap=colours, vmin=low, vmax=high, interpolation="nearest")
            panel.set_title(title, fontsize=8)
            bare(panel)
        for spare in line[len(row) : -1]:
            spare.set_visible(False)
        figure.colorbar(drawn, cax=line[-1])
    return figure
