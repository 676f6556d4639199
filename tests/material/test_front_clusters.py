"""What lies within another grain, or winds around the box, and has as few corners as a grain that vanishes."""

from dataclasses import replace

import numpy as np
import pytest

from fronts_made import arc, discs, front_of, pairs_of
from graincast.material.fronts import events
from graincast.material.networks import integrity, measures
from graincast.material.networks.network import from_boundaries
from graincast.material.solvers import front_tracking


def core_in_a_ring(radius, *others):
    """Grain 0, around it grains 1, 2 and 3, around them grain 4, in which may lie other discs: grains from 5 on."""
    turn = np.radians([0, 120, 240, 360])
    corners = 0.3 * radius * np.stack([np.cos(turn), np.sin(turn)], axis=1) + 2.0
    lines, grains, ends = [], [], []
    for number in range(3):
        angle = np.linspace(turn[number], turn[number + 1], 12)
        rim = radius * np.stack([np.cos(angle), np.sin(angle)], axis=1) + 2.0
        lines += [corners[number : number + 2], np.array([corners[number], rim[0]]), rim]
        onward = (number + 1) % 3
        grains += [[0, 1 + number], [1 + number, 1 + (number - 1) % 3], [1 + number, 4]]
        ends += [[number, onward], [number, 3 + number], [3 + number, 3 + onward]]
    for number, (x, y, size) in enumerate(others):
        lines.append(discs((x, y, size)).points)
        grains, ends = [*grains, [5 + number, 4]], [*ends, [-1, -1]]
    return from_boundaries((4.0, 4.0), 5 + len(others), lines, np.array(grains, np.int32), np.array(ends, np.int32))


@pytest.mark.parametrize("others", [[], [(1.0, 1.0, 0.5)]])
def test_a_cluster_below_the_size_of_events_goes_as_a_whole_to_the_grain_around_it(others):
    """Alone in the box that grain has no more corners than one that vanishes, and a contour that encloses as little."""
    start, rim = core_in_a_ring(0.1, *others), np.array([2])
    assert integrity.flaw(start) is None
    least = np.sqrt(measures.areas(start)[:4].sum() / events.LEAST_LOOP)
    front = front_of(start)
    events.settle(front, rim, 0.99 * least)
    assert front.counts.all()
    events.settle(front, rim, 1.1 * least)
    assert pairs_of(front) == [[4, 5]] * len(others)
    assert front.sides[:5].tolist() == [0, 0, 0, 0, len(others)]
    assert (front.arms == -1).all()


def lens_between_bands(half, rest):
    """Grain 0 is a lens between grains 1 and 2; `rest` is the boundary that goes on from its end to its start."""
    start, end = np.array([1 - half, 1.0]), np.array([1 + half, 1.0])
    lines = [arc(start, end), arc(start, end) * [1, -1] + [0, 2], rest, np.array([[0.0, 3.0], [2.0, 3.0], [4.0, 3.0]])]
    grains, ends = np.array([[0, 1], [2, 0], [2, 1], [1, 2]], np.int32), np.array([[0, 1], [0, 1], [1, 0], [-1, -1]])
    return from_boundaries((4.0, 4.0), 3, lines, grains, ends.astype(np.int32))


def straight_around_the_box(half):
    return np.stack([np.linspace(1 + half, 5 - half, 25), np.ones(25)], axis=1)


@pytest.mark.parametrize("segment", [0.1, 0.15, 0.3])
@pytest.mark.parametrize("half", [0.1, 0.2, 0.3])
def test_a_lens_vanishes_and_not_the_band_beside_it(half, segment):
    """The band's contour has two corners as well; it winds around the box and encloses nothing."""
    start = lens_between_bands(half, straight_around_the_box(half))
    assert integrity.flaw(start) is None
    grown = front_tracking.evolve(start, front_tracking.Settings(segment), np.linspace(0.01, 0.1, 10))
    assert grown.networks[-1].present.tolist() == [1, 2]
    assert measures.areas(grown.networks[-1])[1:] == pytest.approx(np.array([8, 8]), abs=0.05)
    assert grown.repairs == 0


@pytest.mark.parametrize(
    "rest",
    [np.array([[1.05, 1.0], [1.4, 0.6], [1.0, 0.2], [0.6, 0.6], [0.95, 1.0]]), straight_around_the_box(0.05)],
    ids=["on the outline of an island", "on a line around the box"],
)
def test_a_lens_that_was_turned_inside_out_goes_alone(rest):
    """Its contour runs clockwise, as one around a cluster does."""
    sound = lens_between_bands(0.05, rest)
    points = sound.points.copy()
    points[:15], points[15:30] = sound.points[15:30], sound.points[:15]
    front = front_of(replace(sound, points=points))
    events.settle(front, np.array([0]), 0.2)
    assert pairs_of(front) == [[1, 2], [1, 2]]
    assert front.sides.tolist() == [0, 2, 2]
