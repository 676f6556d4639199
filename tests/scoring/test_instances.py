"""Grains that are found, lost, cut up or taken together: counted by hand, and by another implementation."""

import numpy as np
import pytest

from graincast.scoring import instances
from label_maps_made import columns_of, voronoi

STRIPES = columns_of(10, 4)


def by_hand(predicted, truth):
    """Of two maps, grain by grain."""
    grains, found = np.unique(truth), 0
    for grain in grains:
        for other in np.unique(predicted):
            together = np.sum((truth == grain) & (predicted == other))
            either = np.sum((truth == grain) | (predicted == other))
            found += together / either > 0.5
    return found / (len(grains) + len(np.unique(predicted)) - found)


def test_a_map_finds_all_of_its_own_grains_whatever_they_are_called():
    assert instances.average_precision(STRIPES, STRIPES) == 1
    assert instances.average_precision(3 + 2 * (3 - STRIPES), STRIPES) == 1


def test_two_grains_taken_together_are_lost_and_the_one_is_found_in_vain():
    joined = np.maximum(STRIPES - 1, 0)
    assert instances.average_precision(joined, STRIPES) == pytest.approx(2 / 5)  # of 4 true and 3 predicted ones


def test_a_grain_is_found_with_more_than_half_of_the_union_and_not_with_half():
    for moved, expected in ((4, 1), (5, 0)):
        truth = columns_of(15, 1)
        predicted = truth + (np.indices(truth.shape)[1] < moved)
        found = instances.average_precision(predicted, truth)
        assert found == pytest.approx(1 / 2 if expected else by_hand(predicted, truth))
    half = np.where(np.indices((4, 8))[1] < 4, 0, 1)
    assert instances.average_precision(half, np.zeros((4, 8), int)) == 0


@pytest.mark.parametrize("seed", range(4))
def test_average_precision_is_that_of_loops_over_grains(seed):
    truth = voronoi(40, 50, 25, seed)
    predicted = np.where(np.random.default_rng(seed).random(truth.shape) < 0.1, 7, np.roll(truth, 2, axis=1))
    predicted[:, 25:] = voronoi(40, 50, 30, seed + 9)[:, 25:] + 60
    found = instances.average_precision(predicted, truth)
    assert found == pytest.approx(by_hand(predicted, truth))
    assert 0 < found < 1


def test_most_of_a_grain_has_the_one_with_most_of_its_pixels():
    truth = columns_of(10, 2)
    predicted = np.full(truth.shape, 5)
    predicted[:, 4:10] = 2
    predicted[:, 14:] = 9
    assert instances.mostly(predicted, truth).tolist() == [2, 9]
    assert instances.mostly(predicted, np.where(truth == 1, 3, 0)).tolist() == [2, -1, -1, 9]


def test_a_boundary_is_closed_where_its_two_grains_are_told_apart():
    pairs = np.array([[0, 1], [1, 2], [2, 3]])
    joined = np.where(STRIPES == 2, 1, STRIPES)
    assert instances.closed(joined, STRIPES, pairs).tolist() == [True, False, True]
    cut = STRIPES + 10 * (np.indices(STRIPES.shape)[0] < 3)
    assert instances.closed(cut, STRIPES, pairs).all()
    assert not instances.closed(np.zeros_like(STRIPES), STRIPES, pairs).any()
