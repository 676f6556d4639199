"""Floors and ceilings of every score: what any model has to beat, and what none can.

truth        the truth read from its own pixels: what the reading alone does to the physics
pixels       the data set's own solver, started again from the label map of the first frame: what pixels allow
chaos        the same from the true network with every junction and point moved by 1e-12: what no pixelwise truth is
mean_field   no map, only numbers: mean area grows by a constant times k t, a constant fitted to the training data set

All but the last are forecasts and go through the scores of a model. Persistence is a model of its own.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graincast.base.command import log
from graincast.growth.judging import forecast_scores
from graincast.growth.judging.solver_forecast import Solver, SolverForecast
from graincast.material.datasets import DataSet, Parts
from graincast.material.networks.evolution import Unsound
from graincast.material.networks.network import Network
from graincast.material.networks.rendering import boundary_image, label_map
from graincast.material.trajectories import Trajectory

NAMES = ("mean_field", "pixels", "chaos", "truth")  # in the order in which they are shown
NUDGE = 1e-12  # sides of the mean grain


def truth(dataset: DataSet, trajectory: Trajectory) -> forecast_scores.Truth:
    """A simulation as models are judged by it."""
    per_side = dataset.frames.pixels_per_side(trajectory.networks[0].box)
    times = trajectory.reduced_mobility * dataset.times * per_side**2
    images, maps = _drawn(dataset, trajectory.networks)
    return forecast_scores.Truth(images, maps, times, dataset.frames.line_width, dataset.scored(maps.shape[1:]))


def rows(dataset: DataSet, parts: Parts, trajectory: Trajectory, growth_constant: float) -> Iterator[dict[str, Any]]:
    """Rows of all bounds on one simulation, without the names of training data and case; none where none is scored."""
    true = truth(dataset, trajectory)
    if true.scored is not None and not true.scored.any():
        return
    first, times = trajectory.networks[0], trajectory.reduced_mobility * dataset.times[1:]
    solver = Solver(parts.solver.evolve, parts.solver_settings, dataset.frames.line_width)
    labels, pixel = true.maps[0], first.box[0] / true.maps.shape[2]
    grown: dict[str, Callable[[], SolverForecast]] = {
        "pixels": lambda: solver.from_pixels(labels, times, pixel),
        "chaos": lambda: solver.from_network(_nudged(first), times, labels.shape),
    }
    forecasts = {name: _unless_it_breaks(name, trajectory.simulation, grow) for name, grow in grown.items()}
    forecasts["truth"] = forecast_scores.Predicted(true.images[1:], true.maps[1:].astype(np.int32), True)
    for name, forecast in forecasts.items():
        if forecast is not None:
            yield from forecast_scores.rows({"model": name, "sample": trajectory.simulation}, 1, forecast, true)
    yield from _mean_field(trajectory.simulation, true, growth_constant)


def growth_constant(growth: Mapping[str, NDArray]) -> float:
    """d<A> / d(k t), by least squares through the start, from the arrays of `scores.growth`."""
    time = growth["reduced_times"].ravel()
    gain = (growth["mean_area"] / growth["mean_area"][:, :1] - 1).ravel()
    return float(time @ gain / (time @ time))


def _mean_field(simulation: int, true: forecast_scores.Truth, constant: float) -> Iterator[dict[str, Any]]:
    start = true.populations[0]
    for frame, there in enumerate(true.populations[1:], 1):
        grown = 1 + constant * (true.reduced_times[frame] - true.reduced_times[0]) / start.mean_area
        biases = {
            "mean_radius": start.mean_radius * np.sqrt(grown) / there.mean_radius - 1,
            "grain_count": start.number / grown / there.number - 1,
        }
        for name, bias in biases.items():
            for score, value in ((f"{name}_bias", bias), (f"{name}_error", abs(bias))):
                identity = {"model": "mean_field", "sample": simulation, "step": frame}
                yield {**identity, "score": score, "value": float(value)}


def _nudged(network: Network) -> Network:
    """Every point moved, the ends of boundaries that meet alike."""
    box = np.array(network.box)
    place = 2 * np.pi * network.points / box
    wave = np.stack([np.sin(3 * place[:, 0] + 5 * place[:, 1]), np.cos(5 * place[:, 0] - 3 * place[:, 1])], axis=1)
    return replace(network, points=network.points + NUDGE * wave)


def _unless_it_breaks(
    name: str, simulation: int, grow: Callable[[], SolverForecast]
) -> forecast_scores.Predicted | None:
    """What the solver forecasts; none, with a line in the log, if it breaks."""
    try:
        return grow().predicted()
    except Unsound as error:
        log.warning("simulation %d has no bound '%s': %s", simulation, name, error)
        return None


def _drawn(dataset: DataSet, networks: list[Network]) -> tuple[NDArray[np.floating], NDArray[np.int32]]:
    """Images in 0..1 and grain maps of the frames."""
    shape = dataset.frames.shape(networks[0].box)
    images = np.stack([boundary_image(network, shape, dataset.frames.line_width) for network in networks]) / 255
    return images, np.stack([label_map(network, shape) for network in networks])
