"""A structure as it grows: pictures of its frames, and a strip of some. A grain keeps its colour."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

SHOWN = 6  # frames of a strip
SIZE = 1.6  # inches of one frame
GOLDEN = 0.6180339887


def grain_colours(count: int) -> NDArray[np.uint8]:
    """Colours [grains, 3] that differ for numbers near each other, pale enough for dark boundaries on top."""
    number = np.arange(count)
    hue, lightness = (number * GOLDEN) % 1, 0.62 + 0.3 * ((number * GOLDEN * GOLDEN) % 1)
    turns = 2 * np.pi * (hue[:, None] + np.array([0, 1 / 3, 2 / 3]))
    colours: NDArray[np.uint8] = np.round(255 * np.clip(lightness[:, None] + 0.14 * np.cos(turns), 0, 1)).astype(
        np.uint8
    )
    return colours


def coloured(
    labels: NDArray[np.integer], boundaries: NDArray[np.uint8], palette: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    """Picture [P, P, 3] of a grain map under its boundary image."""
    shade = 1 - 0.85 * boundaries[..., None] / 255
    picture: NDArray[np.uint8] = np.round(palette[labels] * shade).astype(np.uint8)
    return picture


def coloured_frames(labels: NDArray[np.integer], boundaries: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Pictures [frames, P, P, 3] of all frames [frames, P, P], rows as in grain maps."""
    palette = grain_colours(int(labels.max()) + 1)
    return np.stack([coloured(*frame, palette) for frame in zip(labels, boundaries, strict=True)])


def evolution_strip(
    labels: NDArray[np.integer], boundaries: NDArray[np.uint8], times: NDArray[np.float64], counts: NDArray[np.int64]
) -> Figure:
    """Some of the frames [frames, P, P], from the first to the last, with time and grain count."""
    frames = np.unique(np.linspace(0, len(labels) - 1, SHOWN).round().astype(int))
    palette = grain_colours(int(labels.max()) + 1)
    size = (SIZE * len(frames), SIZE + 0.46)
    figure, panels = plt.subplots(1, len(frames), figsize=size, squeeze=False, layout="constrained")
    for panel, frame in zip(panels[0], frames, strict=True):
        panel.imshow(coloured(labels[frame], boundaries[frame], palette), interpolation="antialiased", origin="lower")
        panel.set(xticks=[], yticks=[], title=f"t = {times[frame]:.3g}\n{counts[frame]} grains")
        panel.grid(False)
        panel.spines[:].set_visible(False)
    return figure
