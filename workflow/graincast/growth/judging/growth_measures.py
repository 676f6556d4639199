"""What the simulations of a data set show of growth itself: distributions, kinetics, rates against the exact law."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graincast.base.storage import read_arrays, write_arrays
from graincast.growth.judging.calm_rates import calm_rates
from graincast.material.trajectories import Trajectory

NAMES = (
    "times", "unit", "reduced_times", "mean_area", "radii_first", "radii_last", "sides_first", "sides_last",
    "calm_sides", "calm_rates", "labels", "images", "grain_counts",
)  # fmt: skip


def write(
    path: Path,
    times: NDArray[np.float64],
    unit: str,
    trajectories: Sequence[Mapping[str, NDArray]],
    film: Mapping[str, NDArray],
) -> None:
    """Write what `of_one` gave for every simulation, and the frames of one as a film.

    times [frames] and what they are in; reduced_times [simulations, frames], k t over the mean grain area at t = 0;
    mean_area [simulations, frames], in mean grain areas as drawn; radii over their simulation's mean and sides of all
    grains in the first and in the last frame; sides and dA/dt over k of grains that were calm from one frame to the
    next; labels, images and grain_counts of the film.
    """
    joined = {name: _joined([one[name] for one in trajectories]) for name in NAMES[2:10]}
    write_arrays(path, {"times": times, "unit": np.array(unit), **joined, **film})


def _joined(parts: Sequence[NDArray]) -> NDArray:
    return np.concatenate(parts) if parts else np.empty(0)


def read(path: Path) -> dict[str, NDArray]:
    """The arrays that `write` wrote."""
    return read_arrays(path, NAMES)


def of_one(trajectory: Trajectory, times: NDArray[np.float64]) -> dict[str, NDArray]:
    """The measures of one simulation."""
    area, sides = trajectory.area, trajectory.sides
    reduced_times = trajectory.reduced_mobility * times
    sides_of_calm, rates_of_calm = calm_rates(area, sides, trajectory.networks, reduced_times)
    mean_area = np.array([frame[frame > 0].mean() for frame in area])
    return {
        "reduced_times": reduced_times[None] / mean_area[0],
        "mean_area": mean_area[None],
        "radii_first": _relative_radii(area[0]),
        "radii_last": _relative_radii(area[-1]),
        "sides_first": sides[0, area[0] > 0],
        "sides_last": sides[-1, area[-1] > 0],
        "calm_sides": sides_of_calm,
        "calm_rates": rates_of_calm,
    }


def _relative_radii(area: NDArray[np.float64]) -> NDArray[np.float64]:
    radii: NDArray[np.float64] = np.sqrt(area[area > 0] / np.pi)
    return np.asarray(radii / radii.mean())
