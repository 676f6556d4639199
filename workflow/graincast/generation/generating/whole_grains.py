"""The table of the grains of a map that is a period of its material: a grain that goes on across an edge is whole.

The map is framed by its own images; of each grain the largest piece there is measured, as any grain of any map is
(`grain_table`). Its place is brought back into the period. `touches_edge` says which grains go on across an edge.
"""

import math

import numpy as np

from graincast.material import grain_table
from graincast.material.exports import stray_pieces
from graincast.material.grain_table import Columns
from graincast.material.grains import geometry
from graincast.material.microstructure import Microstructure

REACH = 3.0  # of the root of the largest grain's area: how long a grain may be and still be whole in the frame


def columns(structure: Microstructure) -> Columns:
    """Columns [grains] as those of `grain_table`, of a periodic map."""
    labels = structure.labels
    margin = math.ceil(REACH * math.sqrt(geometry.areas(labels).max()))
    around = [min(margin, side) for side in labels.shape]
    framed = np.pad(labels, [(side, side) for side in around], mode="wrap")
    piece = stray_pieces.pieces(framed)
    size = np.bincount(piece.ravel())
    grain = np.empty(len(size), np.int64)
    grain[piece.ravel()] = framed.ravel()
    order = np.lexsort((-size, grain))
    largest = order[np.diff(grain[order], prepend=-1) != 0]
    orientations = None if structure.orientations is None else structure.orientations[grain]
    phases = tuple(structure.phases[one] for one in grain.tolist()) if structure.phases else ()
    table = grain_table.columns(Microstructure(piece, structure.step, orientations, phases))
    found = {name: column[largest] for name, column in table.items()}
    found["grain"] = np.arange(1, structure.grains + 1)
    found["neighbours"] = geometry.sides(labels)  # the frame may cut them
    found["touches_edge"] = np.isin(np.arange(structure.grains), geometry.on_edge(labels))
    step, unit = (1.0, "px") if structure.step is None else (structure.step, "um")
    area = step**2 * geometry.areas(labels)  # stray pixels too
    found[f"area_{unit}2"], found[f"equivalent_diameter_{unit}"] = area, 2 * np.sqrt(area / np.pi)
    for name, before, side in zip(("y", "x"), around, labels.shape, strict=True):
        found[f"{name}_{unit}"] = (found[f"{name}_{unit}"] - step * before) % (step * side)
    return found
