"""The checks of physics: the exact law on grown networks and their maps, and histories that break it in known ways."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from graincast.growth.judging import physics
from graincast.growth.judging.calm_rates import calm_rates
from graincast.material.grains import following
from graincast.material.networks import measures
from graincast.material.networks.network import from_boundaries
from graincast.material.networks.rendering import label_map
from graincast.material.solvers import front_tracking
from graincast.material.structures import lognormal

TIMES = np.linspace(0.3, 0.6, 7)  # k t in mean grain areas of the start
PIXELS = 160


@cache
def simulated():
    """The networks of a growing structure. Never changed."""
    start = lognormal.network(lognormal.Settings(150, 0.35), np.random.default_rng(0))
    return front_tracking.evolve(start, front_tracking.Settings(0.15), TIMES).networks


@cache
def true_history():
    area = np.stack([measures.areas(network) for network in simulated()])
    sides = np.stack([measures.sides(network) for network in simulated()])
    return physics.History(TIMES, area, sides, simulated(), simulated()[0].box[0] / PIXELS)


@cache
def true_maps():
    return np.stack([label_map(network, (PIXELS, PIXELS)) for network in simulated()])


def in_pixels(reduced_times):
    return reduced_times * PIXELS**2 / 150


def test_a_grown_structure_obeys_every_law():
    found = physics.checks(true_history())
    assert found.mullins_slope == pytest.approx(1, abs=0.01)
    assert found.mullins_intercept == pytest.approx(0, abs=0.01)
    assert found.mullins_r2 > 0.99
    assert found.calm_grains > 100
    assert found.mean_sides == pytest.approx(6, abs=0.1)
    assert found.angle_spread < 12  # chords of bent arms
    assert 0.8 < found.mean_area_growth < 2
    assert (found.length_rises, found.count_rises, found.grains_appeared, found.grains_come_back) == (0, 0, 0, 0)
    lost = (true_history().area[0] > 0).sum() - (true_history().area[-1] > 0).sum()
    assert lost > 10


def test_its_maps_show_the_same():
    numbered = following.followed(true_maps()[1:], true_maps()[0])
    found = physics.checks(physics.history_of_maps(np.concatenate([true_maps()[:1], numbered]), in_pixels(TIMES)))
    exact = physics.checks(true_history())
    assert found.mullins_slope == pytest.approx(1, abs=0.05)
    assert found.mullins_r2 > 0.9
    assert found.mean_area_growth == pytest.approx(exact.mean_area_growth, rel=0.1)
    assert found.angle_spread < 16
    assert (found.length_rises, found.count_rises, found.grains_come_back) == (0, 0, 0)


def test_growth_at_the_double_rate_has_the_slope_2():
    hurried = replace(true_history(), reduced_times=0.5 * TIMES)
    found, exact = physics.checks(hurried), physics.checks(true_history())
    assert found.mullins_slope == pytest.approx(2 * exact.mullins_slope)
    assert found.mullins_r2 == pytest.approx(exact.mullins_r2)
    assert found.mean_area_growth == pytest.approx(2 * exact.mean_area_growth)


def test_what_does_not_move_has_no_slope_and_explains_nothing():
    still = physics.checks(physics.history_of_maps(np.stack([true_maps()[0]] * 4), TIMES[:4]))
    assert (still.mullins_slope, still.mullins_r2, still.mean_area_growth) == (0, 0, 0)
    assert still.calm_grains > 100
    assert still.mean_sides == pytest.approx(6, abs=0.1)


def test_what_runs_backwards_rises_and_makes_grains():
    backwards = true_history()
    backwards = replace(
        backwards, area=backwards.area[::-1], sides=backwards.sides[::-1], networks=backwards.networks[::-1]
    )
    found = physics.checks(backwards)
    assert (found.length_rises, found.count_rises) == (1, 1)
    assert found.mullins_slope == pytest.approx(-1, abs=0.02)
    assert found.grains_appeared == np.sum((true_history().area[0] > 0) & (true_history().area[-1] == 0))
    assert found.grains_come_back == 0


def test_a_grain_that_is_gone_for_frames_comes_back_once():
    maps = np.stack([true_maps()[0]] * 6)
    neighbour = np.roll(maps[0], 1, 1)
    lost = maps[0] == maps[0][0, 0]
    for frame in (2, 3):
        outside = neighbour.copy()
        while (outside[lost] == maps[0][0, 0]).any():
            outside = np.where(lost & (outside == maps[0][0, 0]), np.roll(outside, 1, 1), outside)
        maps[frame][lost] = outside[lost]
    found = physics.checks(physics.history_of_maps(maps, TIMES[:6]))
    assert (found.grains_come_back, found.grains_appeared) == (1, 0)
    assert found.count_rises == 1 / 5
    numbered = following.followed(maps[1:], maps[0])  # of whom it is not known, the one that comes back is another
    found = physics.checks(physics.history_of_maps(np.concatenate([maps[:1], numbered]), TIMES[:6]))
    assert (found.grains_come_back, found.grains_appeared) == (0, 1)


def test_grains_are_calm_when_no_neighbour_changes_its_sides():
    """By hand on the network's own list of neighbours."""
    history, calm = true_history(), []
    for frame, network in enumerate(history.networks[:-1]):
        for grain in range(history.area.shape[1]):
            pairs = network.grains[(network.grains == grain).any(axis=1)]
            concerned = {grain, *pairs.ravel().tolist()}
            now, later = history.sides[frame], history.sides[frame + 1]
            if now[grain] > 0 and all(now[one] == later[one] and history.area[frame + 1, one] > 0 for one in concerned):
                calm.append((now[grain], history.area[frame + 1, grain] - history.area[frame, grain]))
    sides, rates = calm_rates(history.area, history.sides, history.networks, TIMES)
    assert sides.tolist() == [n for n, _ in calm]
    assert rates == pytest.approx(np.array([gain for _, gain in calm]) / (TIMES[1] - TIMES[0]))
    assert len(calm) < 0.8 * np.sum(history.area[:-1] > 0)


def test_the_fit_is_that_of_the_points():
    sides, rates = np.array([4, 5, 6, 8]), np.pi / 3 * (0.5 * np.array([-2, -1, 0, 2]) + 0.25)
    assert physics.mullins_fit(sides, rates) == pytest.approx((0.5, 0.25, 1))
    noise = rates + np.array([0.1, -0.3, 0.2, 0.05])
    assert physics.mullins_fit(sides, noise)[2] == pytest.approx(np.corrcoef(sides, noise)[0, 1] ** 2)
    assert np.isnan(physics.mullins_fit(sides[:1], rates[:1])).all()


def three_arms(*degrees, bend=0.0):
    """Two junctions joined by three lines of ten steps that leave the first at these directions and bend."""
    lines = []
    for degree in degrees:
        turn = np.radians(degree) + bend * np.arange(10)
        lines.append(np.concatenate([[[0, 0]], np.cumsum(np.stack([np.cos(turn), np.sin(turn)], 1), axis=0)]))
    grains, ends = np.array([[0, 2], [1, 0], [2, 1]], np.int32), np.array([[0, 1]] * 3, np.int32)
    return from_boundaries((50.0, 50.0), 3, lines, grains, ends)


def test_angles_are_between_the_points_a_reach_along_the_arms():
    assert measures.arm_angles(three_arms(0, 90, 180), 3.3)[0] == pytest.approx([90, 90, 180])
    chord = np.angle(np.exp(0.1j * np.arange(4)).sum())  # four steps along a line that turns by 0.1 each
    for one_bent in (three_arms(0, 120, 240, bend=0.1),):
        assert measures.arm_angles(one_bent, 4.0)[0] == pytest.approx([120, 120, 120])
        lines = one_bent.points[1:5]
        assert np.arctan2(*lines[3][::-1]) == pytest.approx(chord)
    assert len(measures.arm_angles(three_arms(0, 120, 240), 9.9)) == 2
    assert len(measures.arm_angles(three_arms(0, 120, 240), 10.1)) == 0


def bricks(height, width):
    """Rows of bricks, each row shifted by half a brick: junctions of 90, 90 and 180 degrees."""
    row, column = np.mgrid[: 4 * height, : 4 * width]
    course = row // height
    return 4 * course + ((column + course % 2 * width // 2) // width) % 4


def test_a_brick_wall_has_wrong_angles():
    wall = physics.checks(physics.history_of_maps(np.stack([bricks(16, 24)] * 2), np.array([0.0, 1.0])))
    assert wall.angle_spread == pytest.approx(np.sqrt((30**2 + 30**2 + 60**2) / 3), rel=0.15)
    assert wall.mean_sides == 6


def test_a_prediction_of_a_single_grain_is_measured_and_not_dropped():
    maps = np.stack([true_maps()[0], np.zeros_like(true_maps()[0]), np.zeros_like(true_maps()[0])])
    found = physics.checks(physics.history_of_maps(maps, TIMES[:3]))
    assert found.calm_grains == 0
    assert np.isnan(found.mullins_slope)
    assert found.length_rises == found.count_rises == 0
    alone = physics.checks(physics.history_of_maps(0 * maps, TIMES[:3]))
    assert np.isnan(alone.angle_spread)
    assert alone.mean_sides == 0
