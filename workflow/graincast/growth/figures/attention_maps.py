"""Attention along the boundaries of one structure, beside what the true boundaries do."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from graincast.material.grains.geometry import boundary_pixels

SIZE = 2.3  # inches of one map
ENDS = (2, 98)  # percentiles of a map with the first and the last colour: attention may be nearly even


def attention_beside(
    labels: NDArray[np.integer], fields: Mapping[str, NDArray], attended: Mapping[str, NDArray]
) -> Figure:
    """A map a field [H, W], then one a model's attention to tokens [h, w], on the boundaries of labels [H, W]."""
    on_boundary = boundary_pixels(labels)
    figure, panels = plt.subplots(
        1,
        len(fields) + len(attended),
        figsize=((SIZE + 0.5) * (len(fields) + len(attended)), SIZE + 0.3),
        squeeze=False,
        layout="constrained",
    )
    maps = [(name, field, on_boundary) for name, field in fields.items()]
    for model, tokens in attended.items():
        pixels = np.kron(tokens, np.ones(np.array(labels.shape) // tokens.shape))
        maps.append((f"attention, {model}", pixels, on_boundary & (pixels > 0)))
    for panel, (name, values, shown) in zip(panels[0], maps, strict=True):
        _show(panel, name, np.ma.masked_where(~shown, values))
    return figure


def _show(panel: Axes, name: str, values: np.ma.MaskedArray) -> None:
    low, high = np.percentile(values.compressed(), ENDS) if values.count() else (0.0, 1.0)
    drawn = panel.imshow(values, cmap="viridis", vmin=low, vmax=high, interpolation="nearest")
    panel.figure.colorbar(drawn, ax=panel, extend="both", shrink=0.85)
    panel.set(title=name, xticks=[], yticks=[], facecolor="#e4e7ea")
    panel.grid(False)
