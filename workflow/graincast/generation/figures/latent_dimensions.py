"""What single dimensions of the latents do: how they are distributed, and what each step makes of them."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from graincast.report.style import COLOURS

WIDTH, HEIGHT = 8.4, 2.3  # inches
DASHES = ("-", "--", ":")


def distributions(quantiles: NDArray) -> Figure:
    """Minimum, 5, 25, 50, 75, 95 % and maximum of each dimension, [7, latents]."""
    figure, panel = plt.subplots(figsize=(WIDTH, 2.9), layout="constrained")
    number = 1 + np.arange(quantiles.shape[1])
    for low, high, shade, words in (
        (0, 6, 0.15, "all patches"),
        (1, 5, 0.35, "90 % of them"),
        (2, 4, 0.8, "half of them"),
    ):
        panel.bar(
            number,
            quantiles[high] - quantiles[low],
            bottom=quantiles[low],
            width=1.0,
            color=COLOURS[0],
            alpha=shade,
            linewidth=0,
            label=words,
        )
    for level in (-1, 1):
        panel.axhline(level, color="#777777", linewidth=0.8, linestyle="--")
    panel.set(xlabel="dimension", ylabel="mean of the latent", xlim=(0, len(number) + 1))
    panel.legend(ncols=3, loc="lower right", bbox_to_anchor=(1, 1))
    return figure


def by_step(mean: Mapping[str, NDArray], variance: Mapping[str, NDArray]) -> Figure:
    """Mean and variance [latents] of each dimension, a line a step."""
    figure, panels = plt.subplots(2, 1, figsize=(WIDTH, 2 * HEIGHT), sharex=True, layout="constrained")
    for panel, (name, values) in zip(panels, (("mean", mean), ("variance", variance)), strict=True):
        for number, (step, of_step) in enumerate(values.items()):
            place = 1 + np.arange(len(of_step))
            look = DASHES[number % len(DASHES)]
            panel.plot(place, of_step, look, color=COLOURS[number % len(COLOURS)], linewidth=0.9, label=step)
        panel.set(ylabel=f"{name} over patches")
    panels[0].legend(ncols=len(mean), loc="lower right", bbox_to_anchor=(1, 1))
    panels[1].set(xlabel="dimension", ylim=(0, None))
    return figure
