"""Points along boundaries made even again, with no area moved from one side of a boundary to the other.

A boundary of length T gets round(T / spacing) segments of equal length, on a curve of third degree through the old
points (on straight lines where the old points are too uneven for that). What this moves of the area between boundary
and chord is put back by shifting all inner points along their normals by one distance.
"""

import math

import numpy as np
from numpy.typing import NDArray

from graincast.base.compiled import kernel
from graincast.material.fronts.front import SPARE, Front
from graincast.material.fronts.topology import has_space
from graincast.material.fronts.walking import is_of_lens

LOOSEST, TIGHTEST = 1.4, 0.7  # mean segment over the spacing asked for, beyond which a boundary is remeshed
UNEVEN = 0.35  # shortest over mean segment, below which it is remeshed too
LEAST_BEND = 0.01  # area between a boundary and its chord, over its length squared, below which it may become straight
FEWEST_OF_LOOP, FEWEST_OF_LENS = 8, 3


@kernel
def remesh(front: Front, spacing: float) -> bool:
    """Remesh each boundary that needs it. False: the pool ran out of space for one."""
    enough = True
    room = np.empty((64, 3))  # for the new points and for distances along the old ones
    for boundary in range(len(front.counts)):
        count = front.counts[boundary]
        if count > 0:
            mean = front.length[boundary] / (count - 1)
            uneven = count > 2 and front.shortest[boundary] < UNEVEN * mean
            if uneven or mean > LOOSEST * spacing or mean < TIGHTEST * spacing:
                wanted = _segments(front, boundary, spacing)
                if uneven or wanted != count - 1:
                    if max(wanted, count) >= len(room):
                        room = np.empty((2 * max(wanted, count), 3))
                    enough &= _remesh_boundary(front, boundary, wanted, room[:, :2], room[:, 2])
    return enough


@kernel
def _segments(front: Front, boundary: int, spacing: float) -> int:
    """Segments that a boundary should have."""
    wanted = int(front.length[boundary] / spacing + 0.5)
    if front.ends[boundary, 0] < 0:
        return max(wanted, FEWEST_OF_LOOP)
    if wanted < FEWEST_OF_LENS and is_of_lens(front, boundary):
        return FEWEST_OF_LENS
    if wanted <= 1:
        begin, count = front.starts[boundary], front.counts[boundary]
        bend = _area_to_chord(front.points[begin : begin + count])
        wanted = 1 if abs(bend) < LEAST_BEND * front.length[boundary] ** 2 else 2
    return wanted


@kernel
def _remesh_boundary(
    front: Front, boundary: int, segments: int, new: NDArray[np.float64], along: NDArray[np.float64]
) -> bool:
    begin, count = front.starts[boundary], front.counts[boundary]
    old, new, along = front.points[begin : begin + count], new[: segments + 1], along[:count]
    least, most = math.inf, 0.0
    along[0] = 0.0
    for row in range(1, count):
        step = math.sqrt((old[row, 0] - old[row - 1, 0]) ** 2 + (old[row, 1] - old[row - 1, 1]) ** 2)
        along[row] = along[row - 1] + step
        least, most = min(least, step), max(most, step)
    if along[-1] == 0.0:
        return True
    for axis in range(2):
        new[0, axis], new[segments, axis] = old[0, axis], old[count - 1, axis]
    _resample(old, along, count >= 4 and least > 0.4 * most, new)
    _restore_area(new, _area_to_chord(old))
    return _store(front, boundary, new)


@kernel
def _resample(old: NDArray[np.float64], along: NDArray[np.float64], smooth: bool, new: NDArray[np.float64]) -> None:
    """Fill the inner rows of `new` with points at equal distances along the old ones."""
    segments, row, last = len(new) - 1, 0, len(old) - 1
    for index in range(1, segments):
        at = along[last] * index / segments
        while row < last - 1 and along[row + 1] < at:
            row += 1
        if smooth:
            low = min(max(row - 1, 0), last - 3)
            new[index, 0], new[index, 1] = _cubic(old, along, low, at)
        else:
            part = (at - along[row]) / (along[row + 1] - along[row] + 1e-300)
            new[index, 0] = old[row, 0] + part * (old[row + 1, 0] - old[row, 0])
            new[index, 1] = old[row, 1] + part * (old[row + 1, 1] - old[row, 1])


@kernel
def _cubic(old: NDArray[np.float64], along: NDArray[np.float64], low: int, at: float) -> tuple[float, float]:
    """Lagrange's polynomial through four points from row `low` on."""
    x, y = 0.0, 0.0
    for one in range(low, low + 4):
        weight = 1.0
        for other in range(low, low + 4):
            if other != one:
                weight *= (at - along[other]) / (along[one] - along[other])
        x += weight * old[one, 0]
        y += weight * old[one, 1]
    return x, y


@kernel
def _area_to_chord(line: NDArray[np.float64]) -> float:
    """Area between a polyline and the chord from its first to its last point."""
    twice = 0.0
    for row in range(1, len(line) - 1):
        ax, ay = line[row, 0] - line[0, 0], line[row, 1] - line[0, 1]
        bx, by = line[row + 1, 0] - line[0, 0], line[row + 1, 1] - line[0, 1]
        twice += ax * by - ay * bx
    return 0.5 * twice


@kernel
def _restore_area(line: NDArray[np.float64], area: float) -> None:
    """Shift the inner points along their normals until the area to the chord is `area`; twice, since it is curved."""
    for _ in range(2):
        sweep = 0.0
        for row in range(1, len(line) - 1):
            gx, gy = line[row + 1, 0] - line[row - 1, 0], line[row + 1, 1] - line[row - 1, 1]
            sweep += 0.5 * math.sqrt(gx * gx + gy * gy)
        if sweep == 0.0:
            return
        distance = (_area_to_chord(line) - area) / sweep
        px, py = line[0, 0], line[0, 1]
        for row in range(1, len(line) - 1):
            gx, gy = line[row + 1, 0] - px, line[row + 1, 1] - py
            px, py = line[row, 0], line[row, 1]
            size = math.sqrt(gx * gx + gy * gy) + 1e-300
            line[row, 0] -= distance * gy / size
            line[row, 1] += distance * gx / size


@kernel
def _store(front: Front, boundary: int, line: NDArray[np.float64]) -> bool:
    """Put a boundary's new points in place of the old ones, or at the pool's end if they are more. False: no space."""
    count = len(line)
    if count > front.room[boundary]:
        if not has_space(front, count + SPARE):
            return False
        front.starts[boundary] = front.used[0]
        front.room[boundary] = count + SPARE
        front.used[0] += count + SPARE
    begin = front.starts[boundary]
    for row in range(count):
        front.points[begin + row, 0], front.points[begin + row, 1] = line[row, 0], line[row, 1]
    front.counts[boundary] = count
    shortest = math.inf
    for row in range(1, count):
        shortest = min(
            shortest, math.sqrt((line[row, 0] - line[row - 1, 0]) ** 2 + (line[row, 1] - line[row - 1, 1]) ** 2)
        )
    front.shortest[boundary] = shortest
    return True
