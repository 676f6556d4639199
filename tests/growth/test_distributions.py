"""What plots are drawn from: distributions, rates by number of sides, the largest grain; by hand, and in the rows."""

from functools import cache

import numpy as np
import pytest

from graincast.growth.judging import forecast_scores, giant_grain, physics
from graincast.material.grains.laws import mullins_rate
from graincast.material.networks.network import Network
from graincast.material.networks.rendering import boundary_image, label_map
from graincast.material.solvers import front_tracking
from graincast.material.structures import abnormal
from graincast.scoring import populations
from graincast.scoring.populations import Population

TIMES = np.array([0.03, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9])
PIXELS = 96
NOTHING = np.empty((0, 2), np.int32)
NO_BOUNDARIES = Network((1.0, 1.0), 3, np.empty((0, 2)), np.zeros(1, int), NOTHING, NOTHING, np.empty((0, 3), np.int32))


def of_radii(*radii, sides, share=None):
    return Population(np.pi * np.array(radii, float) ** 2, np.array(sides), share)


def shares(found, start):
    return {float(name.removeprefix(start)): value for name, value in found.items() if name.startswith(start)}


def test_a_distribution_is_the_share_of_the_surface_over_the_true_mean_radius():
    truth = of_radii(1.5, 2.5, sides=[6, 6])
    found = populations.distributions(of_radii(1, 3, sides=[4, 7]), truth)
    radii, sides = shares(found, populations.RADIUS_SHARE), shares(found, populations.SIDES_SHARE)
    assert {edge: value for edge, value in radii.items() if value} == pytest.approx({0.4: 0.1, 1.4: 0.9})
    assert {number: value for number, value in sides.items() if value} == pytest.approx({4: 0.1, 7: 0.9})
    assert (list(radii), list(sides)) == ([round(0.2 * bin_, 1) for bin_ in range(20)], list(range(25)))


def test_what_is_beyond_the_bins_stands_in_the_last_one():
    found = populations.distributions(of_radii(1, 99, sides=[3, 40]), of_radii(1, 1, sides=[6, 6]))
    assert shares(found, populations.RADIUS_SHARE)[3.8] == pytest.approx(99**2 / (99**2 + 1))
    assert shares(found, populations.SIDES_SHARE)[24] == pytest.approx(99**2 / (99**2 + 1))


def test_a_grain_counts_in_a_distribution_with_the_part_that_is_scored():
    part = of_radii(1, 1, sides=[5, 7], share=np.array([1.0, 0.25]))
    found = shares(populations.distributions(part, part), populations.SIDES_SHARE)
    assert (found[5], found[7]) == pytest.approx((0.8, 0.2))


def history(times, area, sides):
    """Grains that have no boundaries with each other."""
    return physics.History(np.array(times), np.array(area), np.array(sides), [NO_BOUNDARIES] * len(times))


def test_rates_are_means_over_the_calm_grains_of_each_number_of_sides():
    gain = 2 * mullins_rate(np.array([5, 7, 7]), 1.0) * np.array([1.0, 1.2, 0.6])
    found = physics.rates_by_sides(history([0.0, 2.0], [[50] * 3, 50 + gain], [[5, 7, 7]] * 2))
    assert found == pytest.approx(
        {"mullins_rate_of_5": -1, "calm_grains_of_5": 1, "mullins_rate_of_7": 0.9, "calm_grains_of_7": 2}
    )


def test_a_grain_that_changes_its_sides_has_no_rate():
    found = physics.rates_by_sides(history([0.0, 1.0], [[50] * 3, [49, 51, 52]], [[5, 7, 7], [5, 7, 8]]))
    assert found["calm_grains_of_7"] == 1
    assert set(physics.rates_by_sides(history([0.0, 1.0], [[50], [49]], [[5], [4]]))) == set()


def test_the_largest_grain_of_the_first_frame_is_followed_by_its_number():
    found = giant_grain.through_time(
        history([0, 1, 2], [[16, 64, 16], [144, 100, 0], [144, 0, 0]], [[3, 9, 4]] * 2 + [[3, 0, 0]])
    )
    assert found[giant_grain.SIDES].tolist() == [9, 9, 0]
    assert found[giant_grain.GROWTH] == pytest.approx([1, 10 / 8, 0])
    assert found[giant_grain.RELATIVE_RADIUS] == pytest.approx([8 / (16 / 3), 10 / 11, 0])


@cache
def scene():
    """The truth of an abnormal structure that grows. Never changed."""
    start = abnormal.network(abnormal.Settings(60, 5.0, 0.2), np.random.default_rng(1))
    networks = front_tracking.evolve(start, front_tracking.Settings(0.15), TIMES).networks
    drawn = np.stack([boundary_image(network, (PIXELS, PIXELS), 1.0) for network in networks]) / 255
    labels = np.stack([label_map(network, (PIXELS, PIXELS)) for network in networks])
    return forecast_scores.Truth(drawn, labels, TIMES * PIXELS**2 / networks[0].box[0] ** 2, 1.0)


@cache
def rows(moving):
    """Scores of the truth itself, or of what does not move, by score and frame."""
    true = scene()
    chosen = slice(1, None) if moving else [0] * (len(TIMES) - 1)
    said = forecast_scores.Predicted(true.images[chosen], true.maps[chosen].astype(np.int32), True)
    return {(row["score"], row.get("step")): row["value"] for row in forecast_scores.rows({}, 4, said, true)}


def of_giant(score, moving):
    return [rows(moving)[score, frame] for frame in range(3, 3 + len(TIMES))]


def test_a_giant_gains_absolute_size_and_loses_relative_size_and_sides_once_its_matrix_coarsens():
    assert np.bincount(scene().maps[0].ravel()).argmax() == 0  # the law's own giant
    assert (np.diff(of_giant(giant_grain.GROWTH, True)) > 0.01).all()
    relative = of_giant(giant_grain.RELATIVE_RADIUS, True)
    assert max(relative) == relative[3] > relative[0] + 0.5  # until its even matrix has lost half of its grains
    assert relative[-1] < relative[3] - 0.2
    sides = of_giant(giant_grain.SIDES, True)
    assert sides[0] > 15 > 6 < sides[-1] < sides[0]


def test_the_true_giant_grows_by_the_law_of_its_own_sides():
    sides, growth = (np.array(of_giant(score, True)) for score in (giant_grain.SIDES, giant_grain.GROWTH))
    exact = np.trapezoid(mullins_rate(sides, 1.0), scene().reduced_times)
    first = np.bincount(scene().maps[0].ravel()).max()
    assert first * (growth[-1] ** 2 - 1) == pytest.approx(exact, rel=0.05)


def test_a_giant_that_does_not_move_stays_as_it_is():
    for score in (giant_grain.SIDES, giant_grain.GROWTH, giant_grain.RELATIVE_RADIUS):
        assert set(of_giant(score, False)) == {of_giant(score, True)[0]}


def test_the_rows_of_a_distribution_are_those_that_its_divergence_was_taken_from():
    last = 3 + len(TIMES) - 1
    for name, start, bins in (
        ("radius", populations.RADIUS_SHARE, populations.RADIUS_BINS),
        ("sides", populations.SIDES_SHARE, populations.SIDES_BINS),
    ):
        smoothed = []
        for moving, frame in ((False, 0), (True, -1)):
            found = np.array([value for (score, _), value in rows(moving).items() if score.startswith(start)])
            grains = len(np.unique(scene().maps[frame]))
            assert found.sum() == pytest.approx(1)
            smoothed.append((grains * found + 1 / len(bins)) / (grains + 1))
        assert populations.divergence(*smoothed) == pytest.approx(rows(False)[f"{name}_divergence", last])
        assert rows(False)[f"{name}_divergence", last] > 0.1


def test_the_rows_of_rates_make_up_all_calm_grains_and_lie_near_the_law():
    found = {score: value for (score, _), value in rows(True).items()}
    counted = shares(found, physics.CALM_GRAINS)
    assert sum(counted.values()) == found["calm_grains"]
    rates = [found[f"{physics.MEAN_RATE}{number:.0f}"] for number in counted]
    slope, intercept = physics.mullins_line(*(np.array(list(of)) for of in (counted, rates, counted.values())))
    # least squares of all grains are those of their means, weighted with their numbers
    assert (slope, intercept) == pytest.approx((found["mullins_slope"], found["mullins_intercept"]))
    assert slope == pytest.approx(1, abs=0.1)
