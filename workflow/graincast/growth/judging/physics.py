"""Whether grains move by the law: the same reading of the truth and of any prediction.

von Neumann-Mullins: dA/dt = (pi / 3) k (n - 6) for calm grains (`scores.calm`). Its slope and intercept are given over
the exact (pi / 3) k, so the law says 1 and 0. What does not move at all has the slope 0 and explains nothing: R^2 is 0.
The mean rate of the calm grains of each number of sides says where a history leaves the line.
A periodic network has 6 sides a grain in the mean, its boundaries meet at 120 degrees, its mean area grows linearly in
k t, and neither its boundary length nor its number of grains can rise; no grain appears, and none comes back.
Maps of pixels blur all of this: read the truth from its maps too, and compare with that. A measure that a history does
not allow (no calm grain, no junction) is NaN.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from graincast.growth.judging.calm_rates import calm_rates
from graincast.material.grains import following
from graincast.material.grains.laws import mullins_rate
from graincast.material.networks import measures
from graincast.material.networks.network import Network
from graincast.material.networks.tracing import trace

ANGLE_REACH = 3.0  # pixels from a junction to the points along its arms; their staircase is one pixel high
SAME_LENGTH = 1e-9  # relatively: less than that is no rise
MEAN_RATE, CALM_GRAINS = "mullins_rate_of_", "calm_grains_of_"  # scores of a number of sides, and then that number
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class History:
    """Grains that keep their numbers through the frames of one structure."""

    reduced_times: Floats  # [F], k t in units of area
    area: NDArray  # [F, grains], 0 where a grain is absent
    sides: NDArray[np.integer]  # [F, grains], corners
    networks: Sequence[Network]  # [F]
    pixel: float = 1.0  # side of a pixel in the units of the networks

    @cached_property
    def calm_rates(self) -> tuple[NDArray[np.integer], Floats]:
        """Sides and dA/d(k t) of the calm grains of all frames."""
        return calm_rates(self.area, self.sides, self.networks, self.reduced_times)


@dataclass(frozen=True)
class Physics:
    mullins_slope: float
    mullins_intercept: float  # in sides
    mullins_r2: float
    calm_grains: int  # pairs of a grain and a frame that the three before come from
    mean_sides: float
    angle_spread: float  # degrees, root mean square from 120
    mean_area_growth: float  # d<A> / d(k t)
    length_rises: float  # share of the steps between frames
    count_rises: float
    grains_appeared: int  # that the first frame does not have
    grains_come_back: int  # after having been absent for a frame or more


def history_of_maps(maps: NDArray[np.integer], reduced_times: Floats) -> History:
    """The history that followed maps [F, H, W] show; reduced times k t [F] in square pixels."""
    grains = int(maps.max()) + 1
    networks = [_network(labels) for labels in maps]
    sides = np.zeros((len(maps), grains), np.int32)
    for frame, network in enumerate(networks):
        counted = measures.sides(network)
        sides[frame, : len(counted)] = counted
    return History(reduced_times, following.areas(maps), sides, networks)


def _network(labels: NDArray[np.integer]) -> Network:
    """The network of a map; one without boundaries for a map of a single grain."""
    if np.any(labels != labels.flat[0]):
        return trace(labels)
    nothing = np.empty((0, 2), np.int32)
    box, first = (float(labels.shape[1]), float(labels.shape[0])), np.zeros(1, np.int64)
    return Network(box, int(labels.max()) + 1, np.empty((0, 2)), first, nothing, nothing, np.empty((0, 3), np.int32))


def checks(history: History) -> Physics:
    """All measures of one history."""
    present = history.area > 0
    slope, intercept, r2 = mullins_fit(*history.calm_rates)
    length = np.array([measures.lengths(network).sum() for network in history.networks])
    count = present.sum(axis=1)
    return Physics(
        mullins_slope=slope,
        mullins_intercept=intercept,
        mullins_r2=r2,
        calm_grains=len(history.calm_rates[0]),
        mean_sides=float(np.mean(history.sides.sum(axis=1) / count)),
        angle_spread=_angle_spread(history),
        mean_area_growth=_slope(history.reduced_times, history.area.sum(axis=1) / count),
        length_rises=float(np.mean(length[1:] > length[:-1] * (1 + SAME_LENGTH))),
        count_rises=float(np.mean(count[1:] > count[:-1])),
        grains_appeared=int(np.sum(present.any(axis=0) & ~present[0])),
        grains_come_back=_come_back(present),
    )


def mullins_fit(sides: NDArray[np.integer], rates: Floats) -> tuple[float, float, float]:
    """Slope and intercept of rates dA/d(k t) [grains] against n - 6 over pi / 3, and R^2; grains may be pooled."""
    if len(np.unique(sides)) < 2:
        return np.nan, np.nan, np.nan
    relative = rates / mullins_rate(7, 1.0)
    slope = _slope(sides - 6.0, relative)
    intercept = relative.mean() - slope * (sides - 6.0).mean()
    spread = np.sum((relative - relative.mean()) ** 2)
    left = np.sum((relative - intercept - slope * (sides - 6.0)) ** 2)
    return slope, float(intercept), float(1 - left / spread) if spread > 0 else 0.0


def mullins_line(sides: Floats, mean_rates: Floats, grains: Floats) -> tuple[float, float]:
    """Slope and intercept of mean rates over (pi / 3) k against n - 6, each of so many grains: the line of them all."""
    if len(sides) < 2:
        return np.nan, np.nan
    slope, intercept = np.polyfit(sides - 6, mean_rates, 1, w=np.sqrt(grains))
    return float(slope), float(intercept)


def rates_by_sides(history: History) -> dict[str, float]:
    """Mean rate over (pi / 3) k of the calm grains of each number of sides that there is, and how many they are.

    The law says n - 6. Structures are pooled with the numbers of grains as weights.
    """
    sides, rates = history.calm_rates
    relative = rates / mullins_rate(7, 1.0)
    found: dict[str, float] = {}
    for number in np.unique(sides).tolist():
        here = relative[sides == number]
        found[f"{MEAN_RATE}{number}"], found[f"{CALM_GRAINS}{number}"] = float(here.mean()), float(len(here))
    return found


def _slope(x: NDArray, y: NDArray) -> float:
    away = x - x.mean()
    return float(away @ (y - y.mean()) / (away @ away))


def _angle_spread(history: History) -> float:
    reach = ANGLE_REACH * history.pixel
    networks = [network for network in history.networks if len(network.arms)]
    angles = [measures.arm_angles(network, reach).ravel() for network in networks]
    off = np.concatenate([*angles, np.empty(0)]) - 120
    return float(np.sqrt(np.mean(off**2))) if len(off) else np.nan


def _come_back(present: NDArray[np.bool_]) -> int:
    """How often a grain is there again after a frame without it."""
    seen = np.logical_or.accumulate(present, axis=0)
    return int(np.sum(seen[:-2] & ~present[1:-1] & present[2:]))
