"""What a boundary network measures: areas and corners of grains, length of boundaries, angles at junctions.

A grain's area is summed row by row, as the integral of x dy along the boundaries with x taken within the box: right
for grains that wind around the box, have holes or lie in several pieces. A grain that stands on the seam x = 0 has a
part of its row beyond it, so the labels along the seam are found from the boundaries that cross it.
"""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from graincast.base.compiled import kernel
from graincast.material.networks.network import Network

OFF_SEAM = 0.3819660113  # of the width; the golden ratio is far from all fractions


def log_spread(area: NDArray[np.float64]) -> float:
    """Standard deviation of ln R over the grains that are there, R the radius of a circle of a grain's area."""
    return float(np.log(area[area > 0]).std() / 2)


def areas(network: Network) -> NDArray[np.float64]:
    """Area of every grain, 0 for those that are gone."""
    area = np.zeros(network.grain_count)
    # a seam off x = 0, where a traced label map has its corners: no boundary should run along it
    network = replace(network, points=network.points + np.array([OFF_SEAM * network.box[0], 0.0]))
    crossings = _row_integrals(network.points, network.first, network.grains, network.box[0], area)
    if not len(crossings):
        _give_seam(area, np.array([[0.0, -1.0, -1.0]]), network)
    else:
        _give_seam(area, crossings[np.argsort(crossings[:, 0] % network.box[1], kind="stable")], network)
    return area


def sides(network: Network) -> NDArray[np.int32]:
    """Corners of every grain: n of the von Neumann-Mullins law. An island in a grain has none."""
    open_ones = network.ends[:, 0] >= 0
    return np.bincount(network.grains[open_ones].ravel(), minlength=network.grain_count).astype(np.int32)


def lengths(network: Network) -> NDArray[np.float64]:
    """Length of every boundary."""
    length = np.zeros(network.boundaries)
    _add_segments(network.points, network.first, length)
    return length


@kernel
def _add_segments(points: NDArray[np.float64], first: NDArray[np.int64], length: NDArray[np.float64]) -> None:
    """Add the length of its segments to each boundary's."""
    for boundary in range(len(length)):
        for row in range(first[boundary], first[boundary + 1] - 1):
            dx, dy = points[row + 1, 0] - points[row, 0], points[row + 1, 1] - points[row, 1]
            length[boundary] += math.sqrt(dx * dx + dy * dy)


def junction_angles(network: Network) -> NDArray[np.float64]:
    """Angles [junctions, 3] from each arm to the next one, degrees.

    They are taken between the boundaries themselves. The chord of its first segment leaves a bent boundary at half the
    segment's turn: arms of two segments or more are turned back by a share of the turning at their first inner point.
    """
    return _angles_between(network, _tangents(network, 1), _tangents(network, -1))


def arm_angles(network: Network, reach: float) -> NDArray[np.float64]:
    """Angles [junctions, 3] between chords from each junction to the points `reach` along its arms, degrees.

    Of the junctions all of whose arms are as long as that. For networks traced from pixels, whose first segments are
    shorter than the pixels that they come from.
    """
    step = np.hypot(*np.diff(network.points, axis=0).T)
    step[network.first[1:-1] - 1] = reach  # between the last point of a boundary and the first of the next
    along = np.concatenate([[0.0], np.cumsum(step)])
    directions = []
    for at, way in ((network.first[:-1], 1), (network.first[1:] - 1, -1)):
        place = along[at] + way * reach
        x, y = (np.interp(place, along, network.points[:, axis]) - network.points[at, axis] for axis in (0, 1))
        directions.append(np.arctan2(y, x))
    long_enough = (lengths(network)[network.arms >> 1] >= reach).all(axis=1)
    return np.asarray(_angles_between(network, *directions)[long_enough])


def _angles_between(network: Network, leaving: NDArray, returning: NDArray) -> NDArray[np.float64]:
    direction = np.stack([leaving, returning], axis=1).ravel()[network.arms]
    return np.asarray(np.degrees((np.roll(direction, -1, axis=1) - direction) % (2 * np.pi)))


def _tangents(network: Network, way: int) -> NDArray[np.float64]:
    """Direction in which each boundary leaves its start (way 1) or its end (way -1)."""
    one, two, inner = _first_steps(network, way)
    angle = np.arctan2(one[:, 1], one[:, 0])
    turn = np.arctan2(one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0], (one * two).sum(axis=1))
    share = np.hypot(*one.T) / np.maximum(np.hypot(*one.T) + np.hypot(*two.T), 1e-300)
    corrected: NDArray[np.float64] = np.where(inner, angle - share * turn, angle)
    return corrected


def _first_steps(network: Network, way: int) -> tuple[NDArray, NDArray, NDArray[np.bool_]]:
    """First and second step of each boundary from its start (way 1) or end (way -1), and whether it has a second."""
    at = network.first[:-1] if way == 1 else network.first[1:] - 1
    inner = np.diff(network.first) > 2
    one = network.points[at + way] - network.points[at]
    two = network.points[np.where(inner, at + 2 * way, at + way)] - network.points[at + way]
    return one, two, inner


def euler_characteristic(network: Network) -> int:
    """Junctions less boundaries plus grains; 0 for a periodic network whose grains are all discs."""
    open_ones = network.ends[:, 0] >= 0
    return len(network.arms) - int(open_ones.sum()) + len(np.unique(network.grains[open_ones]))


def _give_seam(area: NDArray[np.float64], crossings: NDArray[np.float64], network: Network) -> None:
    """Add the part beyond the last crossing of each row: its grain is the one that stands on the seam there."""
    width, height = network.box
    if crossings[0, 1] < 0:  # nothing crosses the seam: one grain stands on all of it, and the sum says which part
        area[_grain_on_uncrossed_seam(network)] += width * height
        return
    y = crossings[:, 0] % height
    gaps = np.diff(np.append(y, y[0] + height))
    np.add.at(area, crossings[:, 2].astype(int), width * gaps)


def _grain_on_uncrossed_seam(network: Network) -> int:
    """The grain left of the leftmost point of all, where no boundary crosses x = 0."""
    start, stop = _segment_rows(network)
    x = network.points[:, 0] % network.box[0]
    nearest = np.minimum(x[start], x[stop])
    run, rise = (network.points[stop] - network.points[start]).T
    steepness = np.abs(rise) / (np.hypot(run, rise) + 1e-300)  # of those that meet there it is the leftmost
    steepest = int(np.argmax(np.where(nearest <= nearest.min() + 1e-12 * network.box[0], steepness, -1)))
    boundary = int(np.searchsorted(network.first, start[steepest], side="right") - 1)
    return int(network.grains[boundary, 0 if rise[steepest] > 0 else 1])


def _segment_rows(network: Network) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of the first and of the second point of every segment."""
    rows = np.arange(len(network.points) - 1)
    inside = np.ones(len(rows), bool)
    inside[network.first[1:-1] - 1] = False
    return rows[inside], rows[inside] + 1


@kernel
def _row_integrals(
    points: NDArray[np.float64],
    first: NDArray[np.int64],
    grains: NDArray[np.int32],
    width: float,
    area: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Add the integral of x dy to each grain's area; the crossings of x = 0 as rows (y, grain below, grain above)."""
    crossings = np.empty((64, 3))
    found = 0
    for boundary in range(len(grains)):
        left, right = grains[boundary, 0], grains[boundary, 1]
        total = 0.0
        for row in range(first[boundary], first[boundary + 1] - 1):
            x, y = points[row, 0], points[row, 1]
            to_x, to_y = points[row + 1, 0], points[row + 1, 1]
            cell, to_cell = math.floor(x / width), math.floor(to_x / width)
            while cell != to_cell:
                onward = to_cell > cell
                seam = width * (cell + 1 if onward else cell)
                at_y = y + (to_y - y) * (seam - x) / (to_x - x)
                total += (0.5 * (x + seam) - cell * width) * (at_y - y)
                if found == len(crossings):
                    crossings = np.concatenate((crossings, np.empty_like(crossings)))
                crossings[found, 0] = at_y
                crossings[found, 1] = right if onward else left
                crossings[found, 2] = left if onward else right
                found += 1
                x, y = seam, at_y
                cell += 1 if onward else -1
            total += (0.5 * (x + to_x) - cell * width) * (to_y - y)
        area[left] += total
        area[right] -= total
    return crossings[:found]
