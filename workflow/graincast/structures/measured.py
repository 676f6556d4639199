"""Simulated from a measured start: a cleaned map of grains, mirrored at its edges, with the staircase of its pixels.

The whole map is one structure. Mirrors in x and in y make it periodic, so it is a quarter of the box, and its boundaries
meet its edges at right angles. Lengths are in sides of the mean grain of the mirrored map. Models need images whose
sides are multiples of `STEP` pixels: the map is cropped around its middle by a few of its own pixels and stretched by
at most `MOST_STRETCH` along x and along y, so its mean grain area is 1 within a percent or two.

A mirror is no measurement: what lies beyond the edge of the map is unknown, and with time the edge changes what lies
within it. So only the map itself is scored, without `margin` pixels along its edges (`DataSet.scored`).
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graincast.errors import GraincastError
from graincast.networks.network import Network
from graincast.networks.tracing import mirrored, trace_pixels
from graincast.storage import read_arrays

STEP = 4  # pixels of the images; the map is half a side, so it has an even number of them
MOST_STRETCH = 0.004


@dataclass(frozen=True)
class Settings:
    table: str  # of the measured maps (.csv)
    mirror: str  # folder in which their files are looked for first, if it is there
    margin: int  # pixels of the images along the edges of a map that are not scored

    def __post_init__(self) -> None:
        if self.margin < 0:
            raise ValueError(f"key 'margin' is {self.margin}, expected 0 pixels or more")


@dataclass(frozen=True)
class Start:
    network: Network
    side_um: float  # micrometres to the side of the mean grain; NaN where the map has no scale


def start(path: Path, grain_pixels: float) -> Start:
    """The network of the cleaned map in a file, for images of `grain_pixels` to the side of the mean grain."""
    stored = read_arrays(path, ("labels", "step"))
    labels = _numbered(stored["labels"], path)
    whole = mirrored(labels)[0]
    grain = np.sqrt(whole.size / (whole.max() + 1))  # side of the mean grain, pixels of the map
    sizes = [_fitted(side, 2 * grain_pixels / grain) for side in labels.shape]
    part = _middle(labels, *(kept for kept, _ in sizes))
    network = _stretched(trace_pixels(mirrored(_numbered(part, path))[0]), [pixels / grain_pixels for _, pixels in sizes])
    return Start(network, float(grain * stored["step"]))


def _numbered(labels: NDArray[np.integer], path: Path) -> NDArray[np.int32]:
    """The labels from 0 on without gaps."""
    if labels.ndim != 2 or labels.dtype.kind not in "iu" or labels.size == 0 or labels.min() == labels.max():
        raise GraincastError(f"{path}: array 'labels' is {labels.dtype} {labels.shape}, expected a map of 2 grains or more")
    return np.unique(labels, return_inverse=True)[1].reshape(labels.shape).astype(np.int32)


def _fitted(side: int, scale: float) -> tuple[int, int]:
    """How many pixels of the map are kept of one side, and the side of the mirrored box in pixels of the images."""
    fitting = ((kept, STEP * max(1, round(kept * scale / STEP))) for kept in range(side, side // 2, -1))
    tried = [(abs(pixels / (kept * scale) - 1), kept, pixels) for kept, pixels in fitting]
    _, kept, pixels = next((one for one in tried if one[0] <= MOST_STRETCH), min(tried))
    return kept, pixels


def _middle(labels: NDArray[np.int32], rows: int, columns: int) -> NDArray[np.int32]:
    top, left = (labels.shape[0] - rows) // 2, (labels.shape[1] - columns) // 2
    return labels[top : top + rows, left : left + columns]


def _stretched(network: Network, sides: list[float]) -> Network:
    """The network in a box of the given height and width."""
    height, width = sides
    scale = np.array([width / network.box[0], height / network.box[1]])
    points = network.points * scale
    return Network(
        (width, height), network.grain_count, points, network.first, network.grains, network.ends, network.arms
    )
