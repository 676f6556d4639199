"""A breath of growth by curvature, which makes the junctions of a made structure true: the map is traced, evolved by
a `breath`, and drawn again.

Grains are lost on the way, so as many more are to be drawn before: a structure is drawn in a larger map, and shown in
one that is so much smaller that its mean grain has the side that it had. For other spreads than that of normal growth
this is not quite right; what is wanted of a relaxed structure is read from relaxed true ones (`learned_from`).
"""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from graincast.base.errors import GraincastError
from graincast.generation import breath
from graincast.material.networks.evolution import Unsound
from graincast.material.networks.network import Network
from graincast.material.networks.rendering import label_map
from graincast.material.networks.tracing import trace

LEFT = 0.89  # of the grains after that time, in normal growth


def larger(shape: tuple[int, int], multiple: int) -> tuple[int, int]:
    """Rows and columns of what is to be drawn for a map of this shape."""
    rows, columns = (multiple * max(1, round(side / math.sqrt(LEFT) / multiple)) for side in shape)
    return rows, columns


def smaller(shape: tuple[int, ...]) -> tuple[int, int]:
    """Rows and columns of the map that is made of what was drawn in so many."""
    rows, columns = (round(side * math.sqrt(LEFT)) for side in shape)
    return rows, columns


def relaxed(labels: NDArray[np.int32], shape: tuple[int, int]) -> tuple[NDArray[np.int32], Network]:
    """A periodic map in rows and columns of another shape after its breath of growth, and its boundaries there."""
    try:
        grown = breath.relaxed(trace(labels))
    except Unsound as stop:
        raise GraincastError(f"cannot be relaxed: {stop}: try another --seed, or without --relax") from stop
    rows, columns = shape
    scale = np.array([columns, rows]) / np.array(grown.box)
    drawn = label_map(grown, shape)
    return numbered(drawn, replace(grown, box=(float(columns), float(rows)), points=grown.points * scale))


def numbered(labels: NDArray[np.int32], network: Network) -> tuple[NDArray[np.int32], Network]:
    """Both with grains from 0 on without a gap; those too small to have a pixel have the last numbers."""
    seen = np.unique(labels)
    order = np.concatenate([seen, np.setdiff1d(network.present, seen)])
    number = np.zeros(network.grain_count, np.int32)
    number[order] = np.arange(len(order))
    return number[labels], replace(network, grain_count=len(order), grains=number[network.grains])
