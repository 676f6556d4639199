"""Scores of images, grain maps and populations: perfect, bad and in between, by hand or by scikit-image."""

import numpy as np
import pytest
from scipy.stats import wasserstein_distance
from skimage.metrics import adapted_rand_error, structural_similarity, variation_of_information

from graincast.scoring import images, maps, populations
from graincast.scoring.populations import Population


def picture(seed, shape=(40, 56)):
    """Blurred lines in 0..1."""
    rng = np.random.default_rng(seed)
    drawn = np.zeros(shape)
    drawn[rng.integers(shape[0], size=3)] = drawn[:, rng.integers(shape[1], size=3)] = 1
    return 0.5 * drawn + 0.25 * np.roll(drawn, 1, 0) + 0.25 * np.roll(drawn, 1, 1) * rng.random(shape)


def pair(count=3):
    return np.stack([picture(i) for i in range(count)]), np.stack([picture(100 + i) for i in range(count)])


def test_similarity_is_that_of_scikit_image_where_the_box_goes_on():
    for one, other, ours in zip(*pair(), images.similarities(*pair()), strict=True):
        around = [np.pad(image, 5, "wrap") for image in (one, other)]
        settings = {"gaussian_weights": True, "sigma": 1.5, "data_range": 1.0, "use_sample_covariance": False}
        assert ours == pytest.approx(structural_similarity(*around, **settings), abs=1e-12)
        assert images.similarity(one, other) == ours
        assert ours < 0.9


def test_scores_of_images_are_perfect_for_the_truth_and_do_not_see_where_the_box_is_cut():
    one, other = pair()
    assert images.similarities(one, one) == pytest.approx(np.ones(3))
    assert images.similarities_near(one, one, 2) == pytest.approx(np.ones(3))
    assert images.squared_errors(one, one).tolist() == [0, 0, 0]
    moved = [np.roll(batch, (11, -17), (1, 2)) for batch in (one, other)]
    assert images.similarities(*moved) == pytest.approx(images.similarities(one, other))
    assert images.similarities_near(*moved, 2) == pytest.approx(images.similarities_near(one, other, 2))
    assert images.similarities(one > 0.5, one <= 0.5).max() < 0


def test_squared_errors_are_means_over_each_image():
    truth = np.zeros((2, 4, 5))
    predicted = truth.copy()
    predicted[1, 0, 0], predicted[1, 2, 3] = 1, -0.5
    assert images.squared_errors(predicted, truth) == pytest.approx([0, 1.25 / 20])
    assert images.squared_errors(predicted[None], truth).shape == (1, 2)
    wrong = np.full((2, 4, 5), 255, np.uint8)
    assert images.squared_errors(wrong, 0 * wrong) == pytest.approx([255**2] * 2)


def test_similarity_near_boundaries_sees_errors_on_them_and_none_far_away():
    truth = np.zeros((64, 64))
    truth[:, 1] = 1
    near, far = truth.copy(), truth.copy()
    near[20:30, 62] = far[20:30, 33] = 1  # 3 px from the line across the edge, and 32 px
    assert images.similarities_near(far, truth, 4) == pytest.approx(1)
    assert images.similarities_near(near, truth, 4) < images.similarities(near, truth) < 1
    expected = images.similarity_map(near, truth)[:, [61, 62, 63, 0, 1, 2, 3, 4, 5]].mean()
    assert images.similarities_near(near, truth, 4) == pytest.approx(expected)
    blank = np.zeros((8, 8))
    assert images.similarities_near(blank + 0.5, blank, 4) == images.similarities(blank + 0.5, blank)


def stripes(*edges, width=24):
    """Grains side by side, each up to the next edge; the first and the last are one across the edge of the map."""
    return np.tile(np.searchsorted(edges, np.arange(width), side="right") % len(edges), (6, 1))


@pytest.mark.parametrize(("off", "at_one", "at_two"), [(0, 1, 1), (1, 1, 1), (2, 0.5, 1), (3, 0, 0.5), (4, 0, 0)])
def test_boundaries_match_within_the_distance_across_the_edges(off, at_one, at_two):
    truth = stripes(1, 12)
    for moved in (np.roll(truth, off, 1), np.roll(truth, -off, 1)):
        assert maps.boundary_f1(moved, truth, 1) == pytest.approx(at_one)
        assert maps.boundary_f1(moved, truth, 2) == pytest.approx(at_two)
        assert maps.boundary_f1(moved.T, truth.T, 2) == pytest.approx(at_two)


def test_boundaries_that_are_not_there_cost_precision_and_missed_ones_recall():
    two, four = stripes(1, 12), stripes(1, 6, 12, 18)
    assert maps.boundary_f1(four, two, 1) == pytest.approx(2 * 0.5 / 1.5)
    assert maps.boundary_f1(two, four, 1) == pytest.approx(2 * 0.5 / 1.5)
    more = stripes(1, 5, 8, 12, 15, 18, 21)
    precision, recall = (4 + 0) / 14, 1
    assert maps.boundary_f1(more, two, 0) == pytest.approx(2 * precision * recall / (precision + recall))
    nothing = np.zeros_like(two)
    assert maps.boundary_f1(nothing, two, 2) == maps.boundary_f1(two, nothing, 2) == 0
    assert maps.boundary_f1(nothing, nothing, 2) == 1
    assert maps.boundary_f1(np.stack([two, nothing]), np.stack([two, two]), 1).tolist() == [1, 0]


@pytest.mark.parametrize("seed", range(5))
def test_rand_error_and_information_are_those_of_scikit_image(seed):
    rng = np.random.default_rng(seed)
    truth = rng.integers(5, size=(9, 9))
    predicted = np.where(rng.random((9, 9)) < 0.7, truth, rng.integers(8, size=(9, 9)))
    ours = maps.partition(predicted, truth)
    assert ours.rand_error == pytest.approx(adapted_rand_error(truth, predicted, ignore_labels=())[0])
    split, merge = variation_of_information(truth, predicted)
    assert (ours.split, ours.merge) == pytest.approx((split, merge))
    assert ours.variation_of_information == pytest.approx(split + merge)
    assert ours.split != pytest.approx(ours.merge)


def test_a_cut_grain_is_a_split_and_two_joined_ones_are_a_merge():
    whole, cut = stripes(4, 12), stripes(4, 12, 20)  # a grain of 16 of 24 columns is cut into halves
    found = maps.partition(cut, whole)
    assert (found.split, found.merge) == pytest.approx((2 / 3, 0))
    together_in_both, together_in_whole = 3 * 48 * 47, 96 * 95 + 48 * 47
    assert found.rand_error == pytest.approx(1 - 2 * together_in_both / (together_in_both + together_in_whole))
    joined = maps.partition(whole, cut)
    assert (joined.split, joined.merge) == pytest.approx((0, 2 / 3))


def test_the_names_of_grains_do_not_matter():
    truth = stripes(4, 12, 20)
    same = maps.partition(np.array([9, 0, 4])[truth], truth)
    assert (same.rand_error, same.split, same.merge) == (0, 0, 0)
    dust = np.arange(truth.size).reshape(truth.shape)
    assert maps.partition(dust, truth).rand_error == 1
    assert maps.partition(0 * truth, truth).split == 0
    assert maps.partition(0 * truth, truth).merge == pytest.approx(np.log2(3))


def grains(count, seed, scale=1.0):
    rng = np.random.default_rng(seed)
    return Population(scale * rng.lognormal(3, 0.6, count), rng.integers(3, 10, count))


def test_equal_populations_have_no_error():
    assert set(populations.errors(grains(40, 0), grains(40, 0)).values()) == {0.0}


def test_errors_of_mean_radius_and_count_have_a_sign():
    errors = populations.errors(Population(4 * grains(30, 0).area, grains(30, 0).sides), grains(30, 0))
    assert errors["mean_radius_bias"] == errors["mean_radius_error"] == pytest.approx(1)
    few = Population(grains(40, 0).area[:30], grains(40, 0).sides[:30])
    assert populations.errors(few, grains(40, 0))["grain_count_bias"] == pytest.approx(-0.25)
    assert populations.errors(few, grains(40, 0))["grain_count_error"] == pytest.approx(0.25)


def test_larger_radii_are_as_far_away_as_they_are_larger():
    """Every radius 1.5 times as large: surface weights stay, so the distance is half the surface-weighted radius."""
    truth = grains(50, 1)
    errors = populations.errors(Population(1.5**2 * truth.area, truth.sides + 2), truth)
    surface = truth.area / truth.area.sum()
    assert errors["radius_distance"] == pytest.approx(0.5 * np.sum(surface * truth.radii) / truth.radii.mean())
    assert errors["sides_distance"] == pytest.approx(2)
    assert errors["radius_divergence"] > 0.5
    assert errors["sides_divergence"] > 0.5
    values, even = np.arange(5.0), np.full(5, 0.2)
    assert populations.distance(values + 0.3, even, values, even) == pytest.approx(0.3)


@pytest.mark.parametrize("seed", range(3))
def test_a_distance_is_that_of_scipy(seed):
    rng = np.random.default_rng(seed)
    one, other = rng.integers(9, size=14), rng.integers(12, size=9)
    weights = rng.random(14), rng.random(9)
    assert populations.distance(one, weights[0], other, weights[1]) == pytest.approx(
        wasserstein_distance(one, other, *weights), rel=1e-12
    )


def test_divergence_is_as_counted_by_hand_from_truth_to_prediction():
    """Areas 3 and 1 in bins of their own against 1 and 1, one grain spread over two bins each."""
    bins = np.array([0.0, 5.0])
    p = populations.shares(np.array([1, 7]), np.array([0.75, 0.25]), bins, 2)
    q = populations.shares(np.array([1, 99]), np.array([0.5, 0.5]), bins, 2)
    assert p == pytest.approx([(1.5 + 0.5) / 3, (0.5 + 0.5) / 3])
    assert q == pytest.approx([0.5, 0.5])
    assert populations.divergence(q, p) == pytest.approx(2 / 3 * np.log(4 / 3) + 1 / 3 * np.log(2 / 3))
    assert populations.divergence(q, p) != pytest.approx(populations.divergence(p, q))


def test_divergence_stays_finite_without_any_overlap_and_falls_with_more_grains():
    apart = populations.errors(grains(40, 0, scale=100), grains(40, 0))
    assert 1 < apart["radius_divergence"] < 20
    few, many = (populations.errors(grains(n, 5), grains(n, 6))["radius_divergence"] for n in (20, 20000))
    assert many < 0.01 < few


def test_structures_are_pooled_grain_by_grain_and_absent_grains_do_not_count():
    area, sides = np.array([[4.0, 0, 9], [1, 2, 0]]), np.array([[5, 0, 7], [3, 4, 0]])
    both = populations.population(area, sides)
    assert both.area.tolist() == [4, 9, 1, 2]
    assert both.sides.tolist() == [5, 7, 3, 4]
    apart = populations.pooled(populations.population(*one) for one in zip(area, sides, strict=True))
    assert apart.area.tolist() == both.area.tolist()
    assert apart.sides.tolist() == both.sides.tolist()
    assert both.surface.sum() == pytest.approx(1)
