"""What tests of the front tracker start from: discs, arcs, structures as drawn and grown."""

from functools import cache

import numpy as np

from graincast.material.fronts import front as fronts
from graincast.material.networks import measures
from graincast.material.networks.network import from_boundaries
from graincast.material.solvers import front_tracking
from graincast.material.structures import abnormal, bimodal, lognormal

STARTS = {
    "lognormal": (lognormal, lognormal.Settings(grains=2000, spread=0.35)),
    "bimodal": (bimodal, bimodal.Settings(grains=500, coarse_share=0.12, size_ratio=3.0, spread=0.12)),
    "abnormal": (abnormal, abnormal.Settings(grains=500, size_ratio=6.0, spread=0.2)),
}
TIMES = np.linspace(0, 3, 31)


def evolved(network, times, segment=0.15):
    """Networks at the times given."""
    return front_tracking.evolve(network, front_tracking.Settings(segment), np.asarray(times)).networks


@cache
def drawn(grains, seed):
    return lognormal.network(lognormal.Settings(grains, 0.35), np.random.default_rng(seed))


@cache
def grown(law):
    """One simulation of each kind of start: networks at TIMES. Never changed."""
    module, settings = STARTS[law]
    return evolved(module.network(settings, np.random.default_rng(1)), TIMES)


def areas(networks):
    """Areas [networks, grains]."""
    return np.array([measures.areas(network) for network in networks])


def mean_area(network):
    return network.box[0] * network.box[1] / len(network.present)


def discs(*circles, box=(4.0, 4.0), points=40):
    """Round grains (x, y, radius), numbered from 0, in one that surrounds them and has the last number."""
    turn = np.linspace(0, 2 * np.pi, points + 1)
    turn[-1] = 0  # the last point repeats the first
    round_one = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    lines = [np.array([x, y]) + radius * round_one for x, y, radius in circles]
    grains = np.array([[grain, len(circles)] for grain in range(len(circles))], np.int32)
    return from_boundaries(box, len(circles) + 1, lines, grains, np.full((len(circles), 2), -1, np.int32))


def arc(start, end, points=15):
    """A polyline that bulges to its right and leaves both ends at 60 degrees to its chord."""
    (x, y), half = np.add(start, end) / 2, (end[0] - start[0]) / 2
    turn = np.linspace(-np.pi / 3, np.pi / 3, points)
    radius = half / np.sin(np.pi / 3)
    line = np.stack([x + radius * np.sin(turn), y - radius * (np.cos(turn) - 0.5)], axis=1)
    line[[0, -1]] = start, end
    return line


def two_lenses(*halves, island=0.0):
    """Grain 0 is two lenses of half lengths given, between bands of grains 1 and 2; in the first may lie grain 3."""
    lines, grains, ends, right = [], [], [], -1.0
    for number, half in enumerate(halves):
        start, end = np.array([2.0 * number + 1 - half, 1.0]), np.array([2.0 * number + 1 + half, 1.0])
        lines += [arc(start, end), arc(start, end) * [1, -1] + [0, 2], np.array([[right, 1.0], start])]
        a, b = 2 * number, 2 * number + 1
        grains += [[0, 1], [2, 0], [2, 1]]
        ends += [[a, b], [a, b], [(a - 1) % 4, a]]
        right = end[0]
    lines[2] = np.array([[right - 4, 1.0], lines[0][0]])
    lines.append(np.stack([np.linspace(0, 4, 11), np.full(11, 3.0)], axis=1))
    grains, ends = [*grains, [1, 2]], [*ends, [-1, -1]]
    if island > 0:
        turn = np.append(np.linspace(0, 2 * np.pi, 20, endpoint=False), 0)
        lines.append(np.array([1, 1]) + island * np.stack([np.cos(turn), np.sin(turn)], axis=1))
        grains, ends = [*grains, [3, 0]], [*ends, [-1, -1]]
    return from_boundaries((4.0, 4.0), 4, lines, np.array(grains, np.int32), np.array(ends, np.int32))


def pairs_of(front):
    """Which grains the boundaries that are there part: sorted pairs."""
    return sorted(sorted(pair) for pair in front.grains[front.counts > 0].tolist())


def front_of(network):
    one = np.ones((1, 1))
    return fronts.from_network(network, np.zeros(network.grain_count, np.int64), one, one)


def junction_rows(network, junction):
    """Rows of the points that stand at a junction."""
    arms = network.arms[junction]
    return np.where(arms & 1, network.first[(arms >> 1) + 1] - 1, network.first[arms >> 1])
