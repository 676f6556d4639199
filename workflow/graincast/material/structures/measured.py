"""Simulated from a measured start: a cleaned map of grains, mirrored at its edges, with the staircase of its pixels.

The whole map is one structure. Mirrors in x and in y make it periodic, so it is a quarter of the box, and boundaries
meet its edges at right angles. Lengths are in sides of the mean grain of the mirrored map. Models need images whose
sides are multiples of `STEP` pixels: the map is cropped around its middle by a few of its own pixels and stretched by
hardly more than `MOST_STRETCH` along x and along y. This costs grains, so the mean area is 1 within some percent.

A mirror is no measurement: what lies beyond the edge of the map is unknown, and with time the edge changes what lies
within it. So only the map itself is scored, without `margin` pixels along its edges (`DataSet.scored`).
"""

import math
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graincast.base.errors import GraincastError
from graincast.base.storage import read_arrays
from graincast.material.grains.numbering import consecutive
from graincast.material.networks.evolution import Unsound
from graincast.material.networks.network import Network
from graincast.material.networks.surroundings import mirrored
from graincast.material.networks.tracing import trace_pixels

DESCRIPTION = (
    "Simulated from a measured start: a cleaned map of grains, mirrored at its edges, with the staircase of its pixels."
)
STEP = 4  # pixels of the images; the map is half a side, so it has an even number of them
MOST_STRETCH = 0.004
MOST_CROPPED = 0.08  # of a side; a map of a few grains may then be stretched more


@dataclass(frozen=True)
class Settings:
    table: str  # of the measured maps (.csv)
    mirror: str  # folder in which their files are looked for first, if it is there
    margin: int  # pixels of the images along the edges of a map that are not scored

    def __post_init__(self) -> None:
        if self.margin < 0:
            raise ValueError(f"key 'margin' is {self.margin}, expected 0 pixels or more")


@dataclass(frozen=True)
class Side:
    kept: int  # pixels of the map
    pixels: int  # of the images, along the mirrored box


@dataclass(frozen=True)
class Start:
    network: Network
    side_um: float  # micrometres to the side of the mean grain; NaN where the map has no scale


def start(path: Path, grain_pixels: float) -> Start:
    """The network of the cleaned map in a file, for images of `grain_pixels` to the side of the mean grain.

    `Unsound` if the map has too few grains for a network.
    """
    stored = read_arrays(path, ("labels", "step"))
    labels = _numbered(stored["labels"], path)
    whole = mirrored(labels)[0]
    grain = np.sqrt(whole.size / (whole.max() + 1))  # side of the mean grain, pixels of the map
    rows, columns = (_fitted(side, 2 * grain_pixels / grain) for side in labels.shape)
    drawn = _numbered(_middle(labels, rows.kept, columns.kept), path)
    if drawn.max() == 0:
        raise Unsound(f"one single grain is left in the {rows.kept} x {columns.kept} points that are drawn")
    traced = trace_pixels(mirrored(drawn)[0])
    network = _stretched(traced, columns.pixels / grain_pixels, rows.pixels / grain_pixels)
    pixels_per_side = np.sqrt(np.prod(traced.box) / np.prod(network.box))  # of the map, along x and y in the mean
    return Start(network, float(pixels_per_side * stored["step"]))


def _numbered(labels: NDArray[np.integer], path: Path) -> NDArray[np.int32]:
    """The labels from 0 on without gaps."""
    if labels.ndim != 2 or labels.dtype.kind not in "iu" or labels.size == 0:
        raise GraincastError(f"{path}: array 'labels' is {labels.dtype} {labels.shape}, expected a map of grains")
    return consecutive(labels)


def _fitted(side: int, scale: float) -> Side:
    """The longest part of a side of the map that is stretched little enough, else the one that is stretched least.

    `scale`: pixels of the mirrored box in the images to a pixel of the map.
    """
    tried = []
    for kept in range(side, math.ceil((1 - MOST_CROPPED) * side) - 1, -1):
        pixels = STEP * max(1, round(kept * scale / STEP))
        tried.append((abs(pixels / (kept * scale) - 1), Side(kept, pixels)))
        if tried[-1][0] <= MOST_STRETCH:
            return tried[-1][1]
    return min(tried, key=lambda one: one[0])[1]


def _middle(labels: NDArray[np.int32], rows: int, columns: int) -> NDArray[np.int32]:
    top, left = (labels.shape[0] - rows) // 2, (labels.shape[1] - columns) // 2
    return labels[top : top + rows, left : left + columns]


def _stretched(network: Network, width: float, height: float) -> Network:
    """The network in a box of the given sides."""
    scale = np.array([width / network.box[0], height / network.box[1]])
    return replace(network, box=(width, height), points=network.points * scale)
