"""What the simulations of a data set show of growth itself: distributions, kinetics, rates against the exact law."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graincast.networks.network import Network
from graincast.storage import read_arrays, write_arrays
from graincast.trajectories import Trajectory

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
    joined = {name: np.concatenate([one[name] for one in trajectories]) for name in NAMES[2:10]}
    write_arrays(path, {"times": times, "unit": np.array(unit), **joined, **film})


def read(path: Path) -> dict[str, NDArray]:
    """The arrays that `write` wrote."""
    return read_arrays(path, NAMES)


def of_one(trajectory: Trajectory, times: NDArray[np.float64]) -> dict[str, NDArray]:
    """The measures of one simulation."""
    area, sides = trajectory.area, trajectory.sides
    calm_sides, calm_rates = _calm(trajectory, times)
    mean_area = np.array([frame[frame > 0].mean() for frame in area])
    return {
        "reduced_times": trajectory.reduced_mobility * times[None] / mean_area[0],
        "mean_area": mean_area[None],
        "radii_first": _relative_radii(area[0]),
        "radii_last": _relative_radii(area[-1]),
        "sides_first": sides[0, area[0] > 0],
        "sides_last": sides[-1, area[-1] > 0],
        "calm_sides": calm_sides,
        "calm_rates": calm_rates,
    }


def _relative_radii(area: NDArray[np.float64]) -> NDArray[np.float64]:
    radii: NDArray[np.float64] = np.sqrt(area[area > 0] / np.pi)
    return np.asarray(radii / radii.mean())


def _calm(trajectory: Trajectory, times: NDArray[np.float64]) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Sides and dA/dt over k of grains that, like all their neighbours, have as many sides in the next frame."""
    sides, rates = [], []
    for frame, network in enumerate(trajectory.networks[:-1]):
        now, later = trajectory.sides[frame], trajectory.sides[frame + 1]
        calm = (trajectory.area[frame + 1] > 0) & (now > 0) & (now == later)
        calm &= ~_beside(network, ~calm)
        duration = trajectory.reduced_mobility * (times[frame + 1] - times[frame])
        sides.append(now[calm])
        rates.append((trajectory.area[frame + 1] - trajectory.area[frame])[calm] / duration)
    return np.concatenate(sides), np.concatenate(rates)


def _beside(network: Network, marked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Grains that have a boundary with a marked one."""
    beside = np.zeros(len(marked), bool)
    beside[network.grains[marked[network.grains[:, 1]], 0]] = True
    beside[network.grains[marked[network.grains[:, 0]], 1]] = True
    return beside
