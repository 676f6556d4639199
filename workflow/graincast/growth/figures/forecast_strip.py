"""The forecast of a user's own microstructure: its frames, its mean grain radius, and where two methods differ."""

from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy import ndimage

from graincast.material.grains import coloured_map, geometry
from graincast.material.grains.resampling import resampled
from graincast.report.style import COLOURS

PANELS = 5
SIZE = 2.4  # inches of the longer side of one
LONGEST = 480  # pixels of it


@dataclass(frozen=True)
class Curve:
    """A mean grain radius through time, with its band where it has one."""

    name: str
    time: NDArray[np.float64]
    radius: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    band: str  # what the band is


def frames(grains: NDArray[np.integer], titles: Sequence[str]) -> Figure:
    """Some frames [frames, H, W] with their titles; a grain keeps its colour."""
    chosen = np.unique(np.linspace(0, len(grains) - 1, PANELS).round().astype(int))
    palette = coloured_map.palette(grains[0], int(grains.max()) + 1)
    figure, panels = _panels(grains.shape[1:], len(chosen))
    for panel, frame in zip(panels, chosen, strict=True):
        panel.imshow(coloured_map.picture(grains[frame], palette, LONGEST), interpolation="antialiased")
        panel.set_title(titles[frame])
    return figure


def differences(solver: NDArray[np.integer], model: NDArray[np.integer], titles: Sequence[str]) -> Figure:
    """Boundaries of maps [frames, H, W] at the same times: grey both, blue the solver's alone, red the model's."""
    chosen = np.unique(np.linspace(1, len(solver) - 1, PANELS).round().astype(int))
    figure, panels = _panels(solver.shape[1:], len(chosen))
    for panel, frame in zip(panels, chosen, strict=True):
        one, other = (_boundaries(each[frame], solver.shape[1:]) for each in (solver, model))
        drawn = np.full((*one.shape, 3), 255, np.uint8)
        drawn[one] = (150, 150, 150)
        drawn[one & ~_near(other)] = (0, 114, 178)
        drawn[other & ~_near(one)] = (213, 60, 0)
        panel.imshow(drawn, interpolation="antialiased")
        panel.set_title(titles[frame])
    figure.suptitle("boundaries of the solver alone: blue; of the model alone: red; of both: grey", fontsize=9)
    return figure


def _panels(shape: tuple[int, ...], count: int) -> tuple[Figure, NDArray]:
    """A row of empty panels for maps of a shape."""
    height, width = (SIZE * side / max(shape) for side in shape)
    figure, panels = plt.subplots(1, count, figsize=(width * count, height + 0.45), squeeze=False, layout="constrained")
    for panel in panels[0]:
        panel.set(xticks=[], yticks=[])
        panel.grid(False)
        panel.spines[:].set_visible(False)
    return figure, panels[0]


def _boundaries(labels: NDArray[np.integer], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Boundary pixels of a map at the resolution of a panel for maps of a shape."""
    seen = tuple(max(2, round(LONGEST * side / max(shape))) for side in shape)
    marked = geometry.boundary_pixels(resampled(labels, seen))
    marked[[0, -1]] = marked[:, [0, -1]] = False  # a map is no period: its edges are no boundaries
    return marked


def _near(marked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Marked pixels and those within three of them."""
    return np.asarray(ndimage.binary_dilation(marked, iterations=3))


def radius_through_time(curves: Sequence[Curve], time: str, length: str) -> Figure:
    """Mean grain radii against time, with what their axes are called."""
    figure, panel = plt.subplots(figsize=(4.6, 3.2), layout="constrained")
    for curve, colour in zip(curves, COLOURS, strict=False):
        panel.plot(curve.time, curve.radius, color=colour, label=curve.name)
        finite = np.isfinite(curve.high)
        if finite[1:].any():
            band = (curve.low[finite], curve.high[finite])
            panel.fill_between(curve.time[finite], *band, color=colour, alpha=0.2, linewidth=0, label=curve.band)
    panel.set(xlabel=time, ylabel=f"mean grain radius ({length})")
    figure.legend(loc="outside upper left")
    return figure
