"""Times of a forecast: reduced ones, k t, and those of a laboratory that knows its k or its K.

k = M gamma is the reduced mobility of the boundaries: a grain with n sides grows at dA/dt = (pi / 3) k (n - 6). A
laboratory measures K in R^2 - R_0^2 = K t, R being its mean grain radius. K / k depends on the structure and, until it
grows like itself, on time; it is taken from the forecast itself, from start to end.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from graincast.base.errors import GraincastError

Unit = Literal["s", "min", "h", "d"]
UNITS: tuple[Unit, ...] = ("s", "min", "h", "d")


@dataclass(frozen=True)
class Kinetics:
    """What a laboratory knows of the speed of its boundaries, in square micrometres a unit of time."""

    k: float | None = None
    parabolic_k: float | None = None  # K
    interval: tuple[float, float] | None = None  # 90 % of what is given, k or K
    unit: Unit = "s"

    def __post_init__(self) -> None:
        given = [value for value in (self.k, self.parabolic_k) if value is not None]
        if len(given) > 1:
            raise GraincastError("both k and the parabolic K are given, expected one: each follows from the other")
        if any(not 0 < value < np.inf for value in given):
            raise GraincastError(f"k is {given[0]:g}, expected square micrometres a unit of time above 0")
        if self.interval is None:
            return
        if not given:
            raise GraincastError("an interval of k is given without k: give k too")
        low, high = self.interval
        if not 0 < low < given[0] < high < np.inf:
            raise GraincastError(f"k is {given[0]:g} and its interval {low:g} to {high:g}, expected 0 < low < k < high")

    @property
    def known(self) -> bool:
        return self.k is not None or self.parabolic_k is not None

    def clock(self, relation: float) -> "Clock":
        """Time by k t, where K / k is `relation`."""
        given = self.k if self.k is not None else self.parabolic_k
        if given is None:
            raise GraincastError("without k or K there is no clock, only k t")
        if self.k is None:
            check_growing(relation)
        shares = (1.0, 1.0) if self.interval is None else (self.interval[0] / given, self.interval[1] / given)
        return Clock(self.unit, given if self.k is not None else given / relation, shares, self.parabolic_k)


@dataclass(frozen=True)
class Clock:
    unit: Unit
    k: float  # square micrometres a unit of time
    shares: tuple[float, float]  # of k: the ends of its 90 % interval
    parabolic_k: float | None  # K, as a laboratory gave it

    def times(self, reduced_um2: NDArray[np.float64]) -> NDArray[np.float64]:
        """Times of a laboratory by k t in square micrometres."""
        return reduced_um2 / self.k


def check_growing(relation: float) -> None:
    """An error where a parabolic K says nothing of k."""
    if not relation > 0:
        raise GraincastError("the mean radius of this structure does not grow at first, so no k follows from K: give k")


def relation(reduced_time: NDArray[np.float64], mean_radius: NDArray[np.float64]) -> float:
    """K / k: by how much R^2 has grown over k t, from the start to the last frame that has a mean radius."""
    known = np.flatnonzero(np.isfinite(mean_radius))
    if len(known) < 2:
        return float("nan")
    first, last = known[[0, -1]]
    gained = mean_radius[last] ** 2 - mean_radius[first] ** 2
    return float(gained / (reduced_time[last] - reduced_time[first]))
