"""The forecast of a user's own microstructure: its frames over what was given, and its mean grain radius."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from numpy.typing import NDArray

from graincast.material.networks.rendering import boundary_image
from graincast.material.networks.tracing import mirrored, trace
from graincast.report.style import COLOURS

PANELS = 5
SIZE = 2.2  # inches of one
DETAIL = 4  # pixels of a drawn map to one of its own
MOST_PIXELS = 1200  # of a side of the picture as given
LINE_WIDTH = 3.0  # of these


def frames_over_input(picture: NDArray, grains: NDArray[np.integer], reduced_time: NDArray[np.float64]) -> Figure:
    """The picture as given, then some frames' boundaries [frames, H, W] over the first ones in grey."""
    chosen = np.unique(np.linspace(0, len(grains) - 1, PANELS - 1).round().astype(int))
    figure, panels = plt.subplots(
        1, 1 + len(chosen), figsize=(SIZE * (1 + len(chosen)), SIZE + 0.3), layout="constrained"
    )
    step = -(-max(picture.shape) // MOST_PIXELS)
    panels[0].imshow(picture[::step, ::step], cmap="gray", interpolation="nearest")
    panels[0].set_title("as given")
    extent = (0, grains.shape[2], grains.shape[1], 0)
    first = _lines(grains[0], "#bbbbbb")
    for panel, frame in zip(panels[1:], chosen, strict=True):
        panel.imshow(first, extent=extent, interpolation="antialiased")
        panel.imshow(_lines(grains[frame], COLOURS[0]), extent=extent, interpolation="antialiased")
        panel.set_title("start" if frame == 0 else f"frame {frame}, k t = {reduced_time[frame]:.2g} $A_0$")
    for panel in panels:
        panel.set(xticks=[], yticks=[])
        panel.grid(False)
        for edge in panel.spines.values():
            edge.set(visible=True, color="#999999")
    return figure


def _lines(labels: NDArray[np.integer], colour: str) -> NDArray[np.float64]:
    """Traced boundaries [DETAIL H, DETAIL W] in a colour on nothing; none is drawn at the edge of the map."""
    rows, columns = (DETAIL * side for side in labels.shape)
    picture = np.zeros((rows, columns, 4))
    picture[..., :3] = to_rgb(colour)
    if labels.min() < labels.max():
        drawn = boundary_image(trace(mirrored(labels)[0]), (2 * rows, 2 * columns), LINE_WIDTH)
        picture[..., 3] = drawn[:rows, :columns] / 255
    return picture


def radius_through_time(
    time: NDArray, radius: NDArray, band: tuple[NDArray, NDArray], unit: str, level: float
) -> Figure:
    """Mean grain radius against k t, with its band where it has one."""
    name = {"um": "µm"}.get(unit, unit)
    figure, panel = plt.subplots(figsize=(4.2, 2.8), layout="constrained")
    finite = np.isfinite(band[1])
    panel.plot(time, radius, color=COLOURS[0], label="forecast")
    if finite[1:].any():
        inside = f"{100 * level:.0f} % band, if it grows like the training data"
        low, high = band[0][finite], band[1][finite]
        panel.fill_between(time[finite], low, high, color=COLOURS[0], alpha=0.2, linewidth=0, label=inside)
    panel.set(xlabel=f"reduced time k t ({name}²)", ylabel=f"mean grain radius ({name})")
    panel.legend(loc="upper left")
    return figure
