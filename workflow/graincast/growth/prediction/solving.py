"""The solver's answer: a field at some times, with what the field and a doubtful k leave open."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from graincast.base import command
from graincast.base.errors import GraincastError
from graincast.growth.prediction import clock, exact, field_spread, outcome
from graincast.growth.prediction.outcome import FieldOfView, Prediction
from graincast.material.grains import field_sizes

EARLIER = "ask for an earlier end (--until), or for fewer frames of a model (--frames)"
SEGMENT = 0.15  # of the mean grain's side
USUAL_RELATION = 0.27  # K / k of normal growth, to find about when a laboratory's K t is reached


@dataclass(frozen=True)
class Solved:
    prediction: Prediction
    relation: float  # K / k
    relation_width: float  # half of its 90 % band


def solved(
    field: FieldOfView, times: NDArray[np.float64], shares: tuple[float, float], processes: int, where: str = "field"
) -> Solved:
    """The field at its start and at times k t after it, in square pixels; k may be these shares of itself."""
    if times[-1] > field.labels.size:
        raise GraincastError(
            f"{where}: k t goes up to {times[-1] / field.mean_area:.3g} mean grain areas, which leave one of its "
            f"{field.grains} grains: {EARLIER}"
        )
    beyond = np.append(times, times[-1] * shares[1]) if shares[1] > 1 else times
    command.log.info("solving %d frames of %d x %d pixels", len(times), *field.labels.shape)
    start = exact.started(field, float(beyond[-1]))
    networks = exact.evolved(start.network, beyond, SEGMENT)
    grains = np.empty((len(networks), *field.labels.shape), np.uint16 if field.grains < 1 << 16 else np.int32)
    grains[0] = field.labels  # as given, however finely it was traced
    for at, drawn in enumerate(exact.maps(start, networks[1:], field.labels.shape), start=1):
        grains[at] = drawn
    coarse = grains[:, :: start.step, :: start.step]
    means = [field_sizes.mean_radius(one.astype(np.int32), field.periodic) for one in coarse]
    moments, radius = np.concatenate([[0.0], beyond]), start.step * np.array([mean.pixels for mean in means])
    frames = slice(1 + len(times))
    mean = radius[frames]
    sharp = Prediction(
        images=None,
        grains=grains[frames],
        grain_counts=outcome.counts(grains[frames]),
        mean_radius=mean,
        low=mean,
        high=mean,
        reduced_time=moments[frames] / field.mean_area,
        time=moments[frames],
        strangeness=None,
    )
    outcome.check_grains_left(sharp, field.labels.shape, where, EARLIER)
    counted = np.array([one.counted for one in means[frames]])
    by_field = field_spread.spread(field, times, counted, processes)
    slow, fast = (np.interp(share * moments[frames], moments, radius) for share in shares)
    low = np.maximum(mean - np.hypot(by_field.radius, mean - slow), 0)
    high = mean + np.hypot(by_field.radius, fast - mean)
    return Solved(replace(sharp, low=low, high=high), clock.relation(moments[frames], mean), by_field.relation)


def time_to_gain(field: FieldOfView, gained: float) -> float:
    """The k t after which R^2 of a field has grown by so much, in square pixels: found by going there."""
    until = gained / USUAL_RELATION
    while True:
        times = until * np.linspace(0, 1, 13)
        start = exact.started(field, until)
        drawn = exact.maps(start, exact.evolved(start.network, times[1:], SEGMENT), field.labels.shape)
        squares = np.array([field_sizes.mean_radius(one, field.periodic).pixels ** 2 for one in drawn])
        if np.isnan(squares).any():
            raise GraincastError(f"no grains are left inside the field before R^2 - R_0^2 is K t: {EARLIER}")
        reached = np.maximum.accumulate(squares - squares[0])
        if reached[-1] >= gained:
            return float(np.interp(gained, reached, times))
        until *= 2
