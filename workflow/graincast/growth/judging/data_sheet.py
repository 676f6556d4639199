"""What the ground truth itself shows, frame by frame: how many grains, how large, how widely spread, how well read."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graincast.material.networks.measures import lengths, log_spread
from graincast.material.trajectories import Trajectory
from graincast.scoring import images


def rows(
    dataset: str,
    trajectory: Trajectory,
    times: NDArray[np.float64],
    boundaries: NDArray[np.uint8],
    asked_spread: float | None = None,
) -> Iterator[dict[str, Any]]:
    """Rows of one simulation with its boundary images [frames, H, W]; `asked_spread` is the law's own."""
    asked = {} if asked_spread is None else {"spread_asked": asked_spread}
    identity = {"model": "truth", "dataset": dataset, "case": dataset, "sample": trajectory.simulation}
    for frame, image in enumerate(boundaries):
        scale = _in_micrometres(trajectory, frame, float(times[frame]))
        for score, value in (_scores(trajectory, frame, image / 255) | asked | scale).items():
            yield {**identity, "step": frame, "score": score, "value": value}


def _in_micrometres(trajectory: Trajectory, frame: int, time: float) -> dict[str, float]:
    """What a structure with a scale shows; k t is what a mobility turns into a time."""
    if np.isnan(trajectory.side_um):
        return {}
    area = trajectory.area[frame]
    return {
        "mean_radius_um": trajectory.side_um * float(np.sqrt(area[area > 0] / np.pi).mean()),
        "reduced_time_um2": trajectory.side_um**2 * trajectory.reduced_mobility * time,
    }


def _scores(trajectory: Trajectory, frame: int, image: NDArray) -> dict[str, float]:
    present = trajectory.area[frame] > 0
    radii = np.sqrt(trajectory.area[frame, present] / np.pi)
    return {
        "grain_count": float(len(radii)),
        "mean_radius": float(radii.mean()),
        "radius_spread": float(radii.std() / radii.mean()),
        "log_spread": log_spread(trajectory.area[frame]),
        **({} if np.isnan(trajectory.drawn_spread) else {"log_spread_as_drawn": trajectory.drawn_spread}),
        "largest_radius_ratio": float(radii.max() / radii.mean()),
        "mean_sides": float(trajectory.sides[frame, present].mean()),
        "boundary_length": float(lengths(trajectory.networks[frame]).sum()),
        "boundary_share": float(np.mean(image)),
        "grain_count_error": abs(images.grain_count(image) - len(radii)) / len(radii),
        "repairs": float(trajectory.repairs),
        "redrawn": float(len(trajectory.redrawn)),
    }
