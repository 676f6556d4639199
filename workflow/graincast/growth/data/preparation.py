"""Trajectories to training windows: boundary images, and grain maps for the scores, split by simulation."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graincast.base.errors import GraincastError
from graincast.base.storage import write_arrays
from graincast.growth.judging import boundary_motion, data_sheet, growth_measures
from graincast.material import trajectories
from graincast.material.datasets import SPLITS, DataSet
from graincast.material.networks.rendering import boundary_image, label_map
from graincast.material.trajectories import Trajectory


@dataclass(frozen=True)
class Window:
    simulation: int
    images: NDArray[np.uint8]  # [frames, H, W]
    labels: NDArray[np.unsignedinteger]  # [frames, H, W], of the smallest type that holds every grain's number
    grain_counts: NDArray[np.int64]  # [frames]; a grain may be too small for a pixel of the labels
    reduced_times: NDArray[np.float64]  # [frames] k t in square pixels
    motion: dict[str, NDArray[np.float32]]  # `boundaries.of_first_frame`, [P, P] each; where models are looked into
    pixel_um: float  # side of a pixel in micrometres; NaN: no scale


@dataclass(frozen=True)
class Drawn:
    """What becomes of one shard."""

    windows: list[Window]
    rows: list[dict[str, Any]]  # of the data sheet
    growth: list[dict[str, NDArray]]  # measures of `scores.growth`


def drawn(name: str, dataset: DataSet, shard: Path, place: int) -> Drawn:
    """Every simulation of a shard of the data set `name`, at its place among the shards, drawn and measured."""
    part = Drawn([], [], [])
    for trajectory in trajectories.read(shard, dataset, place):
        part.windows.append(window(trajectory, dataset))
        asked = dataset.structure.get("spread")
        part.rows.extend(data_sheet.rows(name, trajectory, dataset.times, part.windows[-1].images, asked))
        part.growth.append(growth_measures.of_one(trajectory, dataset.times))
    return part


def window(trajectory: Trajectory, dataset: DataSet) -> Window:
    """One simulation drawn at the data set's resolution."""
    box = trajectory.networks[0].box
    shape, per_side = dataset.frames.shape(box), dataset.frames.pixels_per_side(box)
    images = [boundary_image(network, shape, dataset.frames.line_width) for network in trajectory.networks]
    smallest = np.min_scalar_type(trajectory.area.shape[1])
    labels = [label_map(network, shape).astype(smallest) for network in trajectory.networks]
    counts = (trajectory.area > 0).sum(axis=1)
    times = per_side**2 * trajectory.reduced_mobility * dataset.times
    looked_into = trajectory.simulation in dataset.of_split("test") and not dataset.measured
    motion = boundary_motion.of_first_frame(trajectory.networks, labels[0], times) if looked_into else {}
    pixel_um = trajectory.side_um / per_side
    return Window(trajectory.simulation, np.stack(images), np.stack(labels), counts, times, motion, pixel_um)


def film(windows: Sequence[Window], dataset: DataSet) -> dict[str, NDArray]:
    """The frames of the first test simulation, or of the first of all where none is for testing; of no window none."""
    if not windows:
        return {"labels": np.empty((0, 0, 0), int), "images": np.empty((0, 0, 0)), "grain_counts": np.empty(0, int)}
    tested = [window for window in windows if window.simulation in dataset.of_split("test")]
    shown = min(tested or windows, key=lambda window: window.simulation)
    return {"labels": shown.labels, "images": shown.images, "grain_counts": shown.grain_counts}


def write_splits(folder: Path, windows: Sequence[Window], dataset: DataSet) -> None:
    """Write train.npz, validation.npz and test.npz; a split without simulations is an empty file of the same form.

    Every simulation must be there once; but measured maps that are left out have none.
    """
    by_number = {window.simulation: window for window in windows}
    lacking = set(range(dataset.simulations.total)) - set(by_number)
    if (
        len(by_number) != len(windows)
        or max(by_number, default=0) >= dataset.simulations.total
        or (lacking and not dataset.measured)
    ):
        raise GraincastError(
            f"the shards hold {len(windows)} simulations, expected 0..{dataset.simulations.total - 1}, each once"
        )
    for split in SPLITS:
        chosen = [by_number[number] for number in dataset.of_split(split) if number in by_number]
        write_arrays(folder / f"{split}.npz", (_of_maps if dataset.measured else _of_split)(chosen, dataset, split))


def _of_split(windows: Sequence[Window], dataset: DataSet, split: str) -> dict[str, NDArray]:
    """Arrays of a split whose boxes are alike."""
    return _arrays(windows, dataset) | (_motion(windows, dataset) if split == "test" else {})


def _of_maps(windows: Sequence[Window], dataset: DataSet, _split: str) -> dict[str, NDArray]:
    """Arrays of a split whose boxes differ: those of simulation i, with what is scored, under the name `i/...`."""
    arrays = {"simulations": np.array([window.simulation for window in windows], np.int64)}
    for window in windows:
        own = _arrays([window], dataset) | {"scored": dataset.scored(window.images.shape[1:])}
        own["pixel_um"] = np.array(window.pixel_um)
        arrays |= {f"{window.simulation}/{name}": array for name, array in own.items()}
    return arrays


def _arrays(windows: Sequence[Window], dataset: DataSet) -> dict[str, Any]:
    frames, pixels = dataset.frames.count, dataset.frames.pixels
    empty = np.empty((0, frames, pixels or 0, pixels or 0))
    return {
        "images": np.stack([window.images for window in windows]) if windows else empty.astype(np.uint8),
        "labels": np.stack([window.labels for window in windows]) if windows else empty.astype(np.uint8),
        "grain_counts": np.array([window.grain_counts for window in windows], np.int64).reshape(-1, frames),
        "simulations": np.array([window.simulation for window in windows], np.int64),
        "reduced_times": np.array([window.reduced_times for window in windows], float).reshape(-1, frames),
        "times": dataset.times,
        "line_width": np.array(dataset.frames.line_width),
    }


def _motion(windows: Sequence[Window], dataset: DataSet) -> dict[str, NDArray]:
    """What the boundaries of the first frames do, [simulations, P, P] each."""
    pixels = dataset.frames.pixels or 0
    shape = (-1, pixels, pixels)
    return {
        name: np.array([window.motion[name] for window in windows], np.float32).reshape(shape)
        for name in boundary_motion.FIELDS
    }
