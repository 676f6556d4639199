"""How sure a field of view makes its forecast: an ensemble of solver runs from parts of the field.

Each member is a window somewhere in the field, its edges mirrored anew, with every boundary redrawn by a smooth random
field within the pixels, or the width of the line, in which it lies. The forecast of the material's mean radius from a
window varies more than that from the field: for windows that show a share f of the field's grains and overlap by a
share o of themselves, the variance of the field's own is f / (1 - o) times that among windows (a jackknife by blocks:
Kunsch, Ann. Stat. 17, 1217, 1989). What the edges cut off and how they are mended is in it, larger than in the field.
"""

import math
import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, special

from graincast.base import command
from graincast.base.errors import GraincastError
from graincast.growth.prediction import clock, exact
from graincast.growth.prediction.outcome import FieldOfView
from graincast.material.grains import field_sizes
from graincast.material.networks.network import Network
from graincast.material.specimens.drawn_labels import numbered
from graincast.material.structures import measurement

LEVEL = 0.9
MEMBERS = 16
LARGEST_SHARE = 0.5  # of the field, in a window
ENOUGH = 300  # grains in a window
SEGMENT = 0.3
SMOOTH = 3.0  # pixels over which the shifts of a boundary are alike at least, and
SMOOTH_PER_BLUR = 2.0  # of the pixels within which it lies: so no boundary is folded
FEWEST = 3  # members that have a mean radius


@dataclass(frozen=True)
class Spread:
    """Half-widths of 90 % bands; infinite where too few windows have grains inside."""

    radius: NDArray[np.float64]  # [frames] pixels of the field
    relation: float  # of K / k


@dataclass(frozen=True)
class _Member:
    radii: NDArray[np.float64]  # [frames] pixels of the field; NaN where no grain counts
    counted: NDArray[np.float64]  # [frames] grains
    relation: float  # of K / k


def spread(field: FieldOfView, times: NDArray[np.float64], counted: NDArray[np.int64], processes: int) -> Spread:
    """At the start and at times k t after it, in square pixels; `counted` grains made the field's own mean radii."""
    share = math.sqrt(min(LARGEST_SHARE, ENOUGH / field.grains))
    rows, columns = (max(2, round(share * side)) for side in field.labels.shape)
    rng = np.random.default_rng(0)
    room = np.subtract(field.labels.shape, (rows, columns)) + 1
    corners = rng.integers(0, room, (MEMBERS, 2))
    members = list(_followed(partial(_member, field, (rows, columns), times), corners, processes))
    grows = 1 / (1 - _overlap(corners, (rows, columns)))
    radii = np.array([one.radii for one in members])
    grains = np.array([one.counted for one in members])
    shares = np.nansum(grains, axis=0) / np.maximum(np.isfinite(grains).sum(axis=0), 1) / np.maximum(counted, 1)
    relations = np.array([one.relation for one in members])
    return Spread(_half_width(radii, shares * grows), float(_half_width(relations, shares.mean() * grows)))


def _half_width(values: NDArray[np.float64], ratio: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Of the field's own value [...] from those of members [members, ...]; `ratio` is of its variance to theirs."""
    known = np.isfinite(values).sum(axis=0)
    enough = known >= FEWEST
    centre = np.nansum(values, axis=0) / np.maximum(known, 1)
    variance = np.nansum((values - centre) ** 2, axis=0) / np.maximum(known - 1, 1)
    width = special.stdtrit(np.maximum(known - 1, 1), 0.5 + LEVEL / 2) * np.sqrt(ratio * variance)
    return np.where(enough, width, np.inf)


def _overlap(corners: NDArray[np.int64], size: tuple[int, int]) -> float:
    """The share of a window that another one shows too, on average."""
    shared = np.prod(np.clip(1 - np.abs(corners[:, None] - corners) / size, 0, None), axis=-1)
    return float((shared.sum() - len(corners)) / (len(corners) * (len(corners) - 1)))


def _followed(
    member: Callable[[tuple[int, NDArray[np.int64]]], _Member], corners: NDArray[np.int64], processes: int
) -> Iterator[_Member]:
    """All members, in order, some at a time."""
    tasks = list(enumerate(corners))
    if processes == 1:
        yield from command.progress(map(member, tasks), "windows of the field", len(tasks))
        return
    fork = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(processes, mp_context=fork) as pool:
        yield from command.progress(pool.map(member, tasks), "windows of the field", len(tasks))


def _member(
    field: FieldOfView,
    size: tuple[int, int],
    times: NDArray[np.float64],
    task: tuple[int, NDArray[np.int64]],
) -> _Member:
    """The forecast from one window, by its number and corner, drawn no finer than it was traced."""
    number, (top, left) = task
    seen = field.labels[top : top + size[0], left : left + size[1]]
    coarse, step = exact.thinned(replace(field, labels=numbered(seen, False), periodic=False))
    window = FieldOfView(numbered(coarse, False), False, field.blur / step)
    radii, counted = np.full((2, 1 + len(times)), np.nan)
    with suppress(GraincastError):  # one that shows a single grain, or that the solver gives up, is left out
        start = exact.started(window, float(times[-1]) / step**2)
        network = _redrawn(start.network, window.blur, np.random.default_rng([0, number]))
        networks = exact.evolved(network, times / step**2, SEGMENT)
        for frame, drawn in enumerate(exact.maps(start, networks, coarse.shape)):
            mean = field_sizes.mean_radius(drawn, periodic=False)
            radii[frame], counted[frame] = step * mean.pixels, mean.counted
    return _Member(radii, counted, clock.relation(np.concatenate([[0.0], times]), radii))


def _redrawn(network: Network, blur: float, rng: np.random.Generator) -> Network:
    """A network whose boundaries are shifted smoothly, uniformly within `blur` pixels by their spread."""
    columns, rows = (round(side) for side in network.box)
    smooth = max(SMOOTH, SMOOTH_PER_BLUR * blur)
    shift = measurement.displacements((rows, columns), blur / math.sqrt(12), smooth, rng)
    at = network.points[:, ::-1].T - 0.5
    y, x = (ndimage.map_coordinates(each, at, order=1, mode="grid-wrap") for each in shift)
    return replace(network, points=network.points + np.stack([x, y], axis=1))
