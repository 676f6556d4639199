"""Trajectory files: the boundary networks of one shard of simulations, with all that is needed to make them again.

An .npz archive. Of the whole shard:

    dataset           text                           the data set's specification as JSON, its seed included
    simulations       int64 [simulations]            number of each simulation within the data set
    times             float64 [frames]               in the data set's units, from 0

and of simulation number i, under the name `i/...`, so that one can be read without the others:

    box               float64 [2]                    width and height, in sides of the mean grain as drawn
    reduced_mobility  float64                        k in mean grain areas as drawn per unit of time
    area              float64 [frames, grains]       of every grain, in mean grain areas as drawn; 0 once it is gone
    sides             int32 [frames, grains]         corners of every grain: n of the von Neumann-Mullins law
    boundaries        int64 [frames]                 number of boundaries in each frame
    grains            int32 [boundaries, 2]          grain on the left and on the right of each boundary
    ends              int32 [boundaries, 2]          junctions at which it starts and ends; -1, -1 for a closed one
    points            int64 [boundaries]             number of points of each boundary, its ends included
    polylines         float32 [points, 2]            x and y, boundary after boundary; may leave the periodic box
    repairs           int64                          parts of the evolution that were marched again with more care
    redrawn           text                           JSON list: why earlier draws of the structure were given up
    side_um           float64                        micrometres to the side of the mean grain as drawn; NaN: no scale
    drawn_spread      float64                        standard deviation of ln R of the grains as drawn

Boundaries and points of all frames stand one behind the other. A grain keeps its number through the frames.
"""

import dataclasses
import json
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graincast.base.errors import GraincastError
from graincast.base.storage import open_arrays, write_arrays
from graincast.material.datasets import DataSet, Simulation
from graincast.material.networks import measures
from graincast.material.networks.network import Network, arms_between

TABLES = ("area", "sides", "boundaries", "grains", "ends", "points", "polylines")
ONE = ("box", "reduced_mobility", *TABLES, "repairs", "redrawn", "side_um", "drawn_spread")


@dataclass(frozen=True)
class Trajectory:
    simulation: int
    reduced_mobility: float
    area: NDArray[np.float64]  # [frames, grains]
    sides: NDArray[np.int32]  # [frames, grains]
    networks: list[Network]
    repairs: int
    redrawn: list[str]
    side_um: float = math.nan
    drawn_spread: float = math.nan


def write(path: Path, dataset: DataSet, simulations: Iterable[tuple[int, Simulation]]) -> None:
    """Write the simulations of one shard, numbered."""
    arrays: dict[str, NDArray] = {
        "dataset": np.array(json.dumps(dataclasses.asdict(dataset), sort_keys=True)),
        "times": dataset.times,
    }
    numbers = []
    for number, simulation in simulations:
        numbers.append(number)
        arrays |= {f"{number}/{name}": array for name, array in _arrays(simulation).items()}
    write_arrays(path, {**arrays, "simulations": np.array(numbers, np.int64)})


def read(path: Path, dataset: DataSet, place: int = 0) -> Iterator[Trajectory]:
    """The trajectories of one shard, which must be of this data set, one after the other.

    A measured map has the number of its place among the maps, which its file does not know.
    """
    with open_arrays(path) as array:
        if json.loads(str(array("dataset"))) != json.loads(json.dumps(dataclasses.asdict(dataset))):
            raise GraincastError(
                f"{path}: was made from another specification of its data set: delete it and run again"
            )
        for number in array("simulations"):
            found = _trajectory(path, int(number), array)
            yield replace(found, simulation=place) if dataset.measured else found


def read_one(path: Path, simulation: int) -> Trajectory:
    """One trajectory of a shard."""
    with open_arrays(path) as array:
        return _trajectory(path, simulation, array)


def _trajectory(path: Path, simulation: int, array: Callable[[str], NDArray]) -> Trajectory:
    arrays = {name: array(f"{simulation}/{name}") for name in ONE}
    if arrays["area"].shape != arrays["sides"].shape or len(arrays["area"]) != len(arrays["boundaries"]):
        raise GraincastError(f"{path}: simulation {simulation} has tables of unequal length: delete it and run again")
    return Trajectory(
        simulation,
        float(arrays["reduced_mobility"]),
        arrays["area"],
        arrays["sides"],
        list(_networks(arrays)),
        int(arrays["repairs"]),
        json.loads(str(arrays["redrawn"])),
        float(arrays["side_um"]),
        float(arrays["drawn_spread"]),
    )


def _arrays(simulation: Simulation) -> dict[str, NDArray]:
    networks = simulation.networks
    return {
        "box": np.array(networks[0].box),
        "reduced_mobility": np.array(simulation.reduced_mobility),
        "area": np.stack([measures.areas(network) for network in networks]),
        "sides": np.stack([measures.sides(network) for network in networks]),
        "boundaries": np.array([network.boundaries for network in networks]),
        "grains": np.concatenate([network.grains for network in networks]),
        "ends": np.concatenate([network.ends for network in networks]),
        "points": np.concatenate([np.diff(network.first) for network in networks]),
        "polylines": np.concatenate([network.points for network in networks]).astype(np.float32),
        "repairs": np.array(simulation.repairs),
        "redrawn": np.array(json.dumps(simulation.redrawn)),
        "side_um": np.array(simulation.side_um),
        "drawn_spread": np.array(simulation.drawn_spread),
    }


def _networks(arrays: dict[str, NDArray]) -> Iterator[Network]:
    """The network of each frame."""
    boundary, point = 0, 0
    for count in arrays["boundaries"]:
        chosen = slice(boundary, boundary + int(count))
        first = np.concatenate([[0], np.cumsum(arrays["points"][chosen])]).astype(np.int64)
        points = arrays["polylines"][point : point + first[-1]].astype(np.float64)
        grains, ends = arrays["grains"][chosen], arrays["ends"][chosen]
        box = (float(arrays["box"][0]), float(arrays["box"][1]))
        yield Network(box, arrays["area"].shape[1], points, first, grains, ends, arms_between(grains, ends))
        boundary, point = boundary + int(count), point + int(first[-1])
