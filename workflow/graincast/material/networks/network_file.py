"""One periodic boundary network as a file: an .npz archive with the tables of a trajectory's frame (`trajectories`).

    box        float64 [2]              width and height
    step       float64                  micrometres to the unit of length of box and polylines; NaN where nobody knows
    area       float64 [grains]         of every grain, in squares of that unit
    sides      int32 [grains]           corners of every grain
    grains     int32 [boundaries, 2]    grain on the left and on the right of each boundary, x to the right and y up
    ends       int32 [boundaries, 2]    junctions at which it starts and ends; -1, -1 for a closed one
    points     int64 [boundaries]       number of points of each boundary, its ends included
    polylines  float64 [points, 2]      x and y, boundary after boundary; unwrapped, so they may leave the box

Of a network that was traced from a map, the unit is a pixel's side, and y grows with the number of the row.
"""

import math
from pathlib import Path

import numpy as np

from graincast.base.storage import read_arrays, write_arrays
from graincast.material.networks import measures
from graincast.material.networks.network import Network, arms_between

NAMES = ("box", "step", "area", "sides", "grains", "ends", "points", "polylines")


def write(path: Path, network: Network, step: float | None) -> None:
    """Write a network of which so many micrometres are the unit of length."""
    arrays = {
        "box": np.array(network.box),
        "step": np.array(math.nan if step is None else step),
        "area": measures.areas(network),
        "sides": measures.sides(network),
        "grains": network.grains,
        "ends": network.ends,
        "points": np.diff(network.first),
        "polylines": network.points,
    }
    write_arrays(path, arrays)


def read(path: Path) -> tuple[Network, float | None]:
    """The network of a file, and the micrometres to its unit of length."""
    array = read_arrays(path, NAMES)
    width, height = array["box"].tolist()
    first = np.concatenate([[0], np.cumsum(array["points"])]).astype(np.int64)
    grains, ends, step = array["grains"], array["ends"], float(array["step"])
    arms = arms_between(grains, ends)
    network = Network((width, height), len(array["area"]), array["polylines"], first, grains, ends, arms)
    return network, None if math.isnan(step) else step
