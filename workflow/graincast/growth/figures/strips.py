"""Film strips: the truth and each model at the same times, and where they differ."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

SIZE = 1.35  # inches of one image


def film_strip(truth: NDArray, predicted: Mapping[str, NDArray], frames: Sequence[int]) -> Figure:
    """Boundary images at `frames`: truth [T, H, W] on top, then each model's prediction and its error."""
    rows = [("truth", truth, "gray_r", 0.0)]
    for model, images in predicted.items():
        rows += [(model, images, "gray_r", 0.0), ("error", images - truth, "RdBu_r", -1.0)]
    figure, panels = plt.subplots(
        len(rows), len(frames), figsize=(SIZE * len(frames), SIZE * len(rows)), squeeze=False, layout="constrained"
    )
    for line, (name, images, colours, lowest) in zip(panels, rows, strict=True):
        for panel, frame in zip(line, frames, strict=True):
            _show(panel, np.asarray(images[frame]), colours, lowest)
        line[0].set_ylabel(name)
    for panel, frame in zip(panels[0], frames, strict=True):
        panel.set_title("initial state" if frame == 0 else f"frame {frame}")
    return figure


def _show(panel: Axes, image: NDArray, colours: str, lowest: float) -> None:
    panel.imshow(image, cmap=colours, vmin=lowest, vmax=1.0, interpolation="nearest")
    panel.set(xticks=[], yticks=[])
    panel.grid(False)
    for edge in panel.spines.values():
        edge.set(visible=True, color="#999999")
