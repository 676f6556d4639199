"""A structure as it grows: a strip of frames, and a film. A grain keeps its colour."""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image

from graincast.storage import written

SHOWN = 6  # frames of a strip
SIZE = 1.6  # inches of one frame
FILM_WIDTH = 256  # pixels at least
FRAME_MILLISECONDS = 80  # 12.5 frames a second
FILM_COLOURS = 255
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


def film(labels: NDArray[np.integer], boundaries: NDArray[np.uint8], path: Path) -> None:
    """Write all frames [frames, P, P] as an animated GIF that starts over and rests on its last frame.

    All frames share their colours: a grain's would flicker if each frame chose its own.
    """
    larger = -(-FILM_WIDTH // labels.shape[-1])
    drawn = coloured_frames(labels, boundaries)[:, ::-1]
    shared = Image.fromarray(np.concatenate(drawn)).quantize(FILM_COLOURS)
    pictures = [
        Image.fromarray(picture)
        .quantize(palette=shared, dither=Image.Dither.NONE)
        .resize((larger * picture.shape[1], larger * picture.shape[0]), Image.Resampling.NEAREST)
        for picture in drawn
    ]
    durations = [FRAME_MILLISECONDS] * (len(pictures) - 1) + [10 * FRAME_MILLISECONDS]
    with written(path) as partial:
        pictures[0].save(
            partial, format="GIF", save_all=True, append_images=pictures[1:], duration=durations, loop=0, optimize=True
        )
