"""How far front tracking and the multi-phase field agree: two solvers that share nothing but the law.

A lognormal structure (spread 0.35, let run for 0.3) goes on until given shares of its grains are left, in either solver
at several resolutions. The reference is front tracking with short segments. For each, and each share that is left:

    label_difference  share of the pixels of 512 x 512 whose grain is not the reference's
    grains_too_many   grains more than in the reference, over the grains at the start
    mullins_slope     dA/dt over a short while against n - 6, over the exact pi / 3, for grains that keep their sides
                      and whose neighbours keep theirs
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graincast.material.compared_times import LEFT
from graincast.material.grains import laws
from graincast.material.networks import measures
from graincast.material.networks.network import Network
from graincast.material.networks.rendering import label_map
from graincast.material.solvers import front_tracking, phase_field
from graincast.material.structures import lognormal

PIXELS = (512, 512)
WHILE = 0.03  # for the slope, in mean grain areas of then over k
WIDTH = 5.0  # of the phase field's boundaries, cells
SEGMENTS = (0.08, 0.15)  # of front tracking, beside the reference
Times = NDArray[np.float64]
Solve = Callable[[Network, Times], list[Network]]


def tracked(segment: float) -> Solve:
    """Front tracking with segments of this length."""
    settings = front_tracking.Settings(segment)
    return lambda start, times: front_tracking.evolve(start, settings, times).networks


def smeared(cells_per_side: float, width: float) -> Solve:
    """The phase field with so many cells to the mean grain's side."""
    settings = phase_field.Settings(cells_per_side, width)
    return lambda start, times: phase_field.evolve(start, settings, times).networks


def solvers(reference: float, cells: Sequence[float]) -> list[tuple[str, float, Solve]]:
    """(solver, resolution, the solver itself); the reference comes first."""
    runs = [("front_tracking", segment, tracked(segment)) for segment in (reference, *SEGMENTS)]
    return runs + [("phase_field", count, smeared(count, WIDTH)) for count in cells]


def rows(grains: int, structure: int, reference: float, cells: Sequence[float]) -> Iterator[dict[str, Any]]:
    """Rows of the table for one structure, which is also its seed; the frame is the place in LEFT."""
    start, times = beginning(grains, structure, LEFT)
    true: list[Network] = []
    for solver, resolution, solve in solvers(reference, cells):
        networks = solve(start, times)
        true = true or networks
        identity = {"model": solver, "dataset": "validation", "case": f"{resolution:g}", "sample": structure}
        for frame, score, value in compared(networks, true, times, len(start.present)):
            if np.isfinite(value):
                yield {**identity, "step": frame, "score": score, "value": value}


def beginning(grains: int, seed: int, left: Sequence[float]) -> tuple[Network, Times]:
    """A structure in the growth regime, and the times [2 shares] at which to compare it (see `times_when_left`)."""
    fresh = lognormal.network(lognormal.Settings(grains, 0.35), np.random.default_rng(seed))
    start = tracked(0.15)(fresh, np.array([0.3]))[0]
    return start, times_when_left(start, left)


def times_when_left(start: Network, shares: Sequence[float]) -> Times:
    """Pairs of times [2 shares]: when each share of the grains is left, and a short while later."""
    times, now, network = [], 0.0, start
    for share in sorted(shares, reverse=True):
        while len(network.present) > share * len(start.present):
            step = 0.02 * mean_area(network)
            network, now = tracked(0.15)(network, np.array([step]))[0], now + step
        times += [now, now + WHILE * mean_area(network)]
    return np.array(times)


def mean_area(network: Network) -> float:
    """Of the grains that are left."""
    return float(np.prod(network.box)) / len(network.present)


def compared(
    networks: list[Network], reference: list[Network], times: Times, count: int
) -> Iterator[tuple[int, str, float]]:
    """(place of the share that is left, measure, value) for each pair of times; `count` grains at the start."""
    for index in range(0, len(times), 2):
        one, other = networks[index], reference[index]
        frame, duration = index // 2, times[index + 1] - times[index]
        yield frame, "label_difference", float(np.mean(label_map(one, PIXELS) != label_map(other, PIXELS)))
        yield frame, "grains_too_many", (len(one.present) - len(other.present)) / count
        yield frame, "mullins_slope", mullins_slope(one, networks[index + 1], duration)


def mullins_slope(before: Network, after: Network, duration: float) -> float:
    """Slope of dA/dt against n - 6, over the exact one; NaN where too few grains are calm for a line."""
    sides = measures.sides(before)
    kept = sides == measures.sides(after)
    calm = kept & (measures.areas(before) > 0) & (measures.areas(after) > 0)
    np.logical_and.at(calm, before.grains, kept[before.grains[:, ::-1]])
    if len(np.unique(sides[calm])) < 2:
        return float("nan")
    rates = (measures.areas(after) - measures.areas(before))[calm] / duration
    return float(np.polyfit(sides[calm] - 6, rates, 1)[0] / laws.mullins_rate(7, 1.0))
