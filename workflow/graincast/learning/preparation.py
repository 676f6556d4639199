"""Trajectories to training windows: boundary images, and labels for the scores, split by simulation."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from graincast.datasets import SPLITS, DataSet
from graincast.errors import GraincastError
from graincast.storage import write_arrays
from graincast.structures.boundaries import boundary_image
from graincast.trajectories import Trajectories


def join(shards: Sequence[Trajectories], dataset: DataSet) -> Trajectories:
    """All simulations of a data set in the order of their numbers."""
    simulations = np.concatenate([shard.simulations for shard in shards])
    order = np.argsort(simulations)
    if not np.array_equal(simulations[order], np.arange(dataset.simulations.total)):
        raise GraincastError(
            f"the shards hold {len(simulations)} simulations, expected 0..{dataset.simulations.total - 1}"
        )
    labels = np.concatenate([shard.labels for shard in shards])[order]
    return Trajectories(labels, simulations[order], shards[0].times)


def write_splits(folder: Path, trajectories: Trajectories, dataset: DataSet) -> None:
    """Write train.npz, validation.npz and test.npz; a split without simulations is an empty file of the same form."""
    for split in SPLITS:
        chosen = list(dataset.of_split(split))
        labels = trajectories.labels[chosen]
        arrays: dict[str, Any] = {
            "images": boundary_image(labels, dataset.frames.oversampling),
            "labels": labels,
            "simulations": trajectories.simulations[chosen],
            "times": trajectories.times,
        }
        write_arrays(folder / f"{split}.npz", arrays)
