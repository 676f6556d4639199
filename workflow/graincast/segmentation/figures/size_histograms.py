"""Sizes of the grains of one picture, by number and by area."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from graincast.material.grains.geometry import areas, on_edge
from graincast.material.microstructure import Microstructure
from graincast.report.style import COLOURS

BINS = 24


def figure(structure: Microstructure) -> Figure:
    """Shares of the grains, and of the area that they cover, by their equivalent diameter; cut grains are left out."""
    step, unit = (1.0, "px") if structure.step is None else (structure.step, "\N{MICRO SIGN}m")
    area = areas(structure.labels).astype(float)
    area[on_edge(structure.labels)] = 0
    area = area[area > 0]
    diameter = 2 * step * np.sqrt(area / np.pi)
    figure, axes = plt.subplots(1, 2, figsize=(7, 2.8), layout="constrained")
    edges = np.linspace(0, float(diameter.max()) * 1.05, BINS + 1) if len(diameter) else np.linspace(0, 1, 2)
    for axis, weights, title in zip(axes, (np.ones_like(area), area), ("by number", "by area"), strict=True):
        share = weights / max(float(weights.sum()), 1e-9)
        axis.hist(diameter, edges, weights=100 * share, color=COLOURS[0])
        if len(diameter):
            mean = float(share @ diameter)
            axis.axvline(mean, color=COLOURS[1], linestyle="--", label=f"mean {mean:.3g} {unit}")
            axis.legend()
        axis.set(title=f"{len(diameter)} whole grains, {title}", xlabel=f"equivalent diameter, {unit}", ylabel="%")
    return figure
