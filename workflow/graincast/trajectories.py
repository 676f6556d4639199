"""Trajectory files: the label maps of one shard of simulations, with all that is needed to make them again.

    labels       int32 [simulations, frames, P, P]   which grain each fine pixel belongs to; 0 <= label
    simulations  int64 [simulations]                 number of each simulation within the data set
    times        float64 [frames]                    px^2 of the fine grid over k, from 0
    dataset      text                                the data set's specification as JSON, its seed included

A label keeps its meaning through the frames of a simulation.
"""

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graincast.datasets import DataSet
from graincast.errors import GraincastError
from graincast.storage import read_arrays, write_arrays

ARRAYS = ("labels", "simulations", "times", "dataset")


@dataclass(frozen=True)
class Trajectories:
    labels: NDArray[np.int32]
    simulations: NDArray[np.int64]
    times: NDArray[np.float64]


def write(path: Path, dataset: DataSet, simulations: Sequence[int], labels: NDArray[np.int32]) -> None:
    """Write the trajectories of one shard."""
    about = json.dumps(dataclasses.asdict(dataset), sort_keys=True)
    arrays: dict[str, NDArray] = {
        "labels": labels,
        "simulations": np.asarray(simulations, np.int64),
        "times": dataset.times,
    }
    write_arrays(path, {**arrays, "dataset": np.array(about)})


def read(path: Path, dataset: DataSet) -> Trajectories:
    """The trajectories of one shard, which must be of this data set."""
    stored = read_arrays(path, ARRAYS)
    if json.loads(str(stored["dataset"])) != json.loads(json.dumps(dataclasses.asdict(dataset))):
        raise GraincastError(f"{path}: was made from another specification of its data set: delete it and run again")
    shape = (len(stored["simulations"]), dataset.frames.count, dataset.width, dataset.width)
    if stored["labels"].shape != shape or stored["labels"].dtype != np.int32:
        found = f"{stored['labels'].dtype} {stored['labels'].shape}"
        raise GraincastError(f"{path}: its labels are {found}, expected int32 {shape}: delete it and run again")
    return Trajectories(stored["labels"], stored["simulations"], stored["times"])
