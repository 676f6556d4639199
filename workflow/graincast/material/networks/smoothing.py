"""Lattice paths without their staircase: each point slides on the line between the two pixels that it separates.

Every edge of the lattice carries one point of its boundary, which moves on the segment between the middles of its two
pixels. So each pixel's middle stays in its grain and boundaries cannot cross: between two such segments a boundary lies
in a square of four middles, alone or in a star around a junction.

A straight line on a lattice has runs whose lengths differ by one at most, with single steps between them, all to one
side; it passes the middles of the runs and of the steps (Klette and Rosenfeld, Discrete Appl. Math. 139, 197, 2004).
Such runs are tilted to their line; a bump, whose steps go to both sides, is left. Then waves shorter than a few pixels
are damped without shrinking the rest (Taubin, Proc. SIGGRAPH 1995, 351), and every boundary is shifted by a little so
that the area between it and its lattice path, junctions included, is 0: no grain changes its area.
"""

import math

import numpy as np
from numpy.typing import NDArray

from graincast.base.compiled import kernel
from graincast.material.networks.lattice import Paths

REACH = 0.49  # of a point from the middle of its edge, in pixels
# no round numbers, so that no row of pixels of a picture runs through the junctions
JOINT_REACH = 0.2917  # of a junction from its corner in x and in y, in pixels; points stand at 0.5
QUADRUPLE_SPLIT = 0.0873  # each of two junctions from their corner, in x and in y
PASSES = 8  # of the low-pass filter
SHRINK = 0.5
SWELL = -0.53
ARM = 6  # points of a boundary whose direction a junction meets
HOLD = 0.5  # of a junction at its place, in units of one arm
NEWTON_STEPS, JOINT_STEPS = 30, 20
SAME_AREA = 1e-11  # square pixels, for each step of a path
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Steps = NDArray[np.int8]
Ends = NDArray[np.int32]
Flags = NDArray[np.bool_]
STEP_X = np.array([1.0, 0.0, -1.0, 0.0])
STEP_Y = np.array([0.0, 1.0, 0.0, -1.0])


def smoothed(paths: Paths) -> tuple[Floats, Integers]:
    """Points [points, 2] of all boundaries in pixels, and the first of each."""
    closed = paths.ends[:, 0] < 0
    first = np.concatenate([[0], np.cumsum(np.diff(paths.first) + np.where(closed, 1, 2))])
    joints = (QUADRUPLE_SPLIT * paths.quadruple).astype(np.float64)
    points = _smoothed(paths.steps, paths.first, paths.ends, joints, np.any(paths.quadruple != 0, axis=1), first)
    return points + np.repeat(paths.start, np.diff(first), axis=0).astype(np.float64), first


@kernel
def _smoothed(steps: Steps, first: Integers, ends: Ends, joints: Floats, fixed: Flags, first_point: Integers) -> Floats:
    """Points of all boundaries, each from its own start."""
    offsets = np.zeros(len(steps))
    for boundary in range(len(ends)):
        begin, stop = first[boundary], first[boundary + 1]
        _tilt_runs(steps[begin:stop], ends[boundary, 0] < 0, offsets[begin:stop])
    for turn in range(2 * PASSES):
        _move_joints(steps, first, ends, offsets, joints, fixed)
        for boundary in range(len(ends)):
            begin, stop = first[boundary], first[boundary + 1]
            path = _path(steps[begin:stop], offsets[begin:stop], ends[boundary], joints)
            _relax(path, steps[begin:stop], offsets[begin:stop], SHRINK if turn % 2 == 0 else SWELL)
    _move_joints(steps, first, ends, offsets, joints, fixed)
    _restore_areas(steps, first, ends, offsets, joints, fixed)
    points = np.empty((first_point[-1], 2))
    for boundary in range(len(ends)):
        begin, stop = first[boundary], first[boundary + 1]
        path = _path(steps[begin:stop], offsets[begin:stop], ends[boundary], joints)
        skipped = first_point[boundary] - (1 if ends[boundary, 0] < 0 else 0)
        for index in range(first_point[boundary], first_point[boundary + 1]):
            points[index, 0], points[index, 1] = path[index - skipped, 0], path[index - skipped, 1]
    return points


@kernel
def _tilt_runs(steps: Steps, closed: bool, offsets: Floats) -> None:
    """Offsets to the left that turn each run of equal steps towards the middles of the single steps at its ends."""
    begin = _runs(steps)
    runs = len(begin) - 1
    for way in (1, -1):
        for run in range(runs):
            single, beyond = run + way, run + 2 * way
            if closed:
                single, beyond = single % runs, beyond % runs
            if min(single, beyond) < 0 or max(single, beyond) >= runs or begin[single + 1] - begin[single] != 1:
                continue
            turn = (steps[begin[single]] - steps[begin[run]]) & 3  # 1 to the left, 3 to the right
            if steps[begin[beyond]] != steps[begin[run]]:
                continue
            reach = 0.5 * min(_full_length(begin, run, closed), _full_length(begin, beyond, closed) + 1)
            most = 0.5 * way if turn == 1 else -0.5 * way
            for index in range(begin[run], begin[run + 1]):
                distance = begin[run + 1] - 0.5 - index if way == 1 else index + 0.5 - begin[run]
                offsets[index] += most * max(0.0, 1.0 - distance / reach)
    for index in range(len(steps)):
        offsets[index] = min(max(offsets[index], -REACH), REACH)


@kernel
def _runs(steps: Steps) -> Integers:
    """Where each run of equal steps begins, and the end."""
    begin = np.empty(len(steps) + 1, np.int64)
    runs = 0
    for index in range(len(steps)):
        if index == 0 or steps[index] != steps[index - 1]:
            begin[runs] = index
            runs += 1
    begin[runs] = len(steps)
    return begin[: runs + 1]


@kernel
def _full_length(begin: Integers, run: int, closed: bool) -> int:
    """Steps of a run; one that a junction cuts off is taken to be twice as long."""
    cut = not closed and (run == 0 or run == len(begin) - 2)
    length: int = begin[run + 1] - begin[run]
    return 2 * length if cut else length


@kernel
def _path(steps: Steps, offsets: Floats, ends: Ends, joints: Floats) -> Floats:
    """Points [steps + 2, 2] from the start's corner; its ends are junctions, or the next points of a closed path."""
    count = len(steps)
    path = np.empty((count + 2, 2))
    x = y = 0.0
    for index in range(count):
        step_x, step_y = STEP_X[steps[index]], STEP_Y[steps[index]]
        path[index + 1, 0] = x + 0.5 * step_x - offsets[index] * step_y
        path[index + 1, 1] = y + 0.5 * step_y + offsets[index] * step_x
        x, y = x + step_x, y + step_y
    if ends[0] < 0:
        path[0, 0], path[0, 1] = path[count, 0] - x, path[count, 1] - y
        path[count + 1, 0], path[count + 1, 1] = path[1, 0] + x, path[1, 1] + y
    else:
        path[0, 0], path[0, 1] = joints[ends[0], 0], joints[ends[0], 1]
        path[count + 1, 0], path[count + 1, 1] = x + joints[ends[1], 0], y + joints[ends[1], 1]
    return path


@kernel
def _relax(path: Floats, steps: Steps, offsets: Floats, share: float) -> None:
    """Slide each point by a share of its way to the chord between its neighbours."""
    for index in range(len(steps)):
        normal_x, normal_y = -STEP_Y[steps[index]], STEP_X[steps[index]]
        along_x, along_y = path[index + 2, 0] - path[index, 0], path[index + 2, 1] - path[index, 1]
        away_x, away_y = path[index, 0] - path[index + 1, 0], path[index, 1] - path[index + 1, 1]
        crossing = along_x * normal_y - along_y * normal_x
        if crossing > 1e-3:
            way = (along_x * away_y - along_y * away_x) / crossing
            offsets[index] = min(max(offsets[index] + share * way, -REACH), REACH)


@kernel
def _move_joints(steps: Steps, first: Integers, ends: Ends, offsets: Floats, joints: Floats, fixed: Flags) -> None:
    """Put each junction where the lines along its arms meet best."""
    squares, sums = np.zeros((len(joints), 3)), np.zeros((len(joints), 2))
    for boundary in range(len(ends)):
        begin, stop = first[boundary], first[boundary + 1]
        if ends[boundary, 0] < 0 or begin == stop:
            continue
        path = _path(steps[begin:stop], offsets[begin:stop], ends[boundary], joints)
        reach, last = min(ARM, len(path) - 1), len(path) - 1
        to_x, to_y = path[last, 0] - joints[ends[boundary, 1], 0], path[last, 1] - joints[ends[boundary, 1], 1]
        _add_line(path, 1, reach, 0.0, 0.0, squares[ends[boundary, 0]], sums[ends[boundary, 0]])
        _add_line(path, last - 1, last - reach, to_x, to_y, squares[ends[boundary, 1]], sums[ends[boundary, 1]])
    for joint in range(len(joints)):
        if not fixed[joint]:
            xx, xy, yy = squares[joint, 0] + HOLD, squares[joint, 1], squares[joint, 2] + HOLD
            right_x, right_y = sums[joint, 0] + HOLD * joints[joint, 0], sums[joint, 1] + HOLD * joints[joint, 1]
            x = (yy * right_x - xy * right_y) / (xx * yy - xy * xy)
            y = (xx * right_y - xy * right_x) / (xx * yy - xy * xy)
            joints[joint, 0] = min(max(x, -JOINT_REACH), JOINT_REACH)
            joints[joint, 1] = min(max(y, -JOINT_REACH), JOINT_REACH)


@kernel
def _add_line(path: Floats, near: int, far: int, x0: float, y0: float, square: Floats, total: Floats) -> None:
    """Add the equations that a place, seen from a corner, lies on the line through two points of a path."""
    x, y = path[far, 0] - path[near, 0], path[far, 1] - path[near, 1]
    length = max(math.hypot(x, y), 1e-9)
    normal_x, normal_y = -y / length, x / length
    away = normal_x * (path[near, 0] - x0) + normal_y * (path[near, 1] - y0)
    square[0] += normal_x * normal_x
    square[1] += normal_x * normal_y
    square[2] += normal_y * normal_y
    total[0] += normal_x * away
    total[1] += normal_y * away


@kernel
def _restore_areas(steps: Steps, first: Integers, ends: Ends, offsets: Floats, joints: Floats, fixed: Flags) -> None:
    """Give every boundary its area; the junctions of one whose points cannot reach it go back towards their corners."""
    for _ in range(JOINT_STEPS):
        missed = 0
        for boundary in range(len(ends)):
            begin, stop = first[boundary], first[boundary + 1]
            if not _area_restored(steps[begin:stop], offsets[begin:stop], ends[boundary], joints):
                missed += 1
                for joint in ends[boundary]:
                    if joint >= 0 and not fixed[joint]:
                        joints[joint, 0] *= 0.5
                        joints[joint, 1] *= 0.5
        if missed == 0:
            break


@kernel
def _area_restored(steps: Steps, offsets: Floats, ends: Ends, joints: Floats) -> bool:
    """Slide the points until as much area has come to the left of the boundary as has gone, and say if they did."""
    for _ in range(NEWTON_STEPS):
        path = _path(steps, offsets, ends, joints)
        gained = _area_right_of(path, steps, ends[0] < 0)
        if abs(gained) < SAME_AREA * (1 + len(steps)):
            return True
        slope = 0.0
        gain = np.zeros(len(steps))
        for index in range(len(steps)):
            normal_x, normal_y = -STEP_Y[steps[index]], STEP_X[steps[index]]
            along_x, along_y = path[index + 2, 0] - path[index, 0], path[index + 2, 1] - path[index, 1]
            each = 0.5 * (normal_x * along_y - normal_y * along_x)
            if abs(offsets[index]) < REACH or offsets[index] * each * gained > 0:  # not at the end of its way
                gain[index] = each
                slope += each * each
        if slope < SAME_AREA:
            break
        for index in range(len(steps)):
            offsets[index] = min(max(offsets[index] - gained * gain[index] / slope, -REACH), REACH)
    return False


@kernel
def _area_right_of(path: Floats, steps: Steps, closed: bool) -> float:
    """Area between a path and its lattice path, positive where the path goes counter-clockwise around it."""
    twice = 0.0
    before_x, before_y = 0.0, 0.0
    for index in range(1 if closed else 0, len(path)):
        twice += before_x * path[index, 1] - before_y * path[index, 0]
        before_x, before_y = path[index, 0], path[index, 1]
    x = y = 0.0
    back = 0.0
    for index in range(len(steps)):
        to_x, to_y = x + STEP_X[steps[index]], y + STEP_Y[steps[index]]
        back += x * to_y - y * to_x
        x, y = to_x, to_y
    twice += before_x * y - before_y * x  # to the last corner; the way from the first, 0, adds nothing
    return 0.5 * (twice - back)
