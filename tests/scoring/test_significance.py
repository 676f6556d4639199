"""Intervals and tests that must be right as often as they say, and uncertainty that must be worth something."""

from itertools import product

import numpy as np
import pytest
from scipy.stats import binomtest, rankdata, spearmanr

from graincast.scoring import significance, uncertainty


def chance(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("seed", range(4))
def test_few_structures_are_tested_under_every_pattern_of_signs(seed):
    differences = chance(seed).normal(0.5, 1, 6)
    sums = [abs(np.dot(signs, differences)) for signs in product((-1, 1), repeat=6)]
    assert significance.sign_flip_p(differences, chance()) == np.mean(np.array(sums) >= abs(differences.sum()) - 1e-9)


def test_a_difference_of_one_sign_has_the_least_p_and_none_at_all_has_one():
    assert significance.sign_flip_p(np.full(8, 0.1), chance()) == 2 / 2**8
    assert significance.sign_flip_p(-np.full(8, 0.1), chance()) == 2 / 2**8
    assert significance.sign_flip_p(np.zeros(8), chance()) == 1
    assert significance.sign_flip_p(np.full(40, 0.1), chance()) == 1 / (1 + significance.FLIPS)


@pytest.mark.parametrize(("structures", "trials"), [(8, 2000), (40, 150)])
def test_without_a_difference_one_in_twenty_is_found_significant(structures, trials):
    rng = chance(1)
    p = np.array([significance.sign_flip_p(rng.standard_t(3, structures), rng) for _ in range(trials)])
    assert np.mean(p <= 0.05) == pytest.approx(0.05, abs=3 * np.sqrt(0.05 * 0.95 / trials))
    assert np.mean(p) == pytest.approx(0.5, abs=0.08)


def test_a_real_difference_is_found():
    rng = chance(2)
    p = [significance.sign_flip_p(rng.normal(1, 1, 20), rng) for _ in range(50)]
    assert np.mean(np.array(p) <= 0.05) > 0.9


def windows_of_maps(rng, maps=10, windows=12, effect=0.0):
    """Differences of windows that mostly share what their map has."""
    groups = np.repeat(np.arange(maps), windows)
    return effect + rng.normal(0, 1, maps)[groups] + rng.normal(0, 0.1, len(groups)), groups


def test_windows_of_one_map_are_no_sample_of_their_own():
    rng = chance(3)
    apart, together = [], []
    for _ in range(150):
        differences, groups = windows_of_maps(rng)
        apart.append(significance.sign_flip_p(differences[:60], rng) <= 0.05)
        together.append(significance.grouped_sign_flip_p(differences, groups, rng) <= 0.05)
    assert np.mean(apart) > 0.3
    assert np.mean(together) == pytest.approx(0.05, abs=0.055)


def test_a_group_counts_once_whatever_its_order():
    values, groups = windows_of_maps(chance(4))
    order = chance(5).permutation(len(values))
    by_map = values.reshape(10, 12).sum(axis=1)
    p = significance.grouped_sign_flip_p(values[order], groups[order], chance())
    assert p == significance.sign_flip_p(by_map, chance())
    interval = significance.grouped_interval(values[order], groups[order], chance())
    assert interval == pytest.approx(significance.bootstrap_interval(by_map / 12, chance()))
    single = significance.bootstrap_interval(values, chance())
    assert np.ptp(interval) > 2 * np.ptp(single)


def test_groups_of_unequal_size_count_by_their_windows():
    values, groups = np.array([1.0, 1, 1, 5]), np.array([0, 0, 0, 1])
    low, high = significance.grouped_interval(values, groups, chance())
    assert (low, high) == (1, 5)
    draws = [significance.grouped_interval(values, groups, chance(), level)[1] for level in (0.4, 0.6)]
    assert draws[0] == 2  # one of each: (3 + 5) / 4


def test_an_interval_holds_the_mean_about_as_often_as_it_says():
    rng = chance(6)
    held = [
        low < 1 < high for low, high in (significance.bootstrap_interval(rng.normal(1, 1, 20), rng) for _ in range(300))
    ]
    assert 0.88 < np.mean(held) < 0.97


def test_holm_multiplies_the_least_p_by_the_number_of_tests():
    assert significance.holm(np.array([0.01, 0.04, 0.03])) == pytest.approx([0.03, 0.06, 0.06])
    assert significance.holm(np.array([0.6, 0.9])).tolist() == [1, 1]
    assert significance.holm(np.array([0.2])).tolist() == [0.2]


def test_a_table_holds_every_pair_of_models_with_corrected_p():
    hard = chance(7).normal(0, 5, 20)
    scores = {"a": hard, "b": hard + chance(8).normal(0.5, 0.1, 20), "c": hard + chance(9).normal(0, 0.1, 20)}
    table = significance.all_pairs(scores, np.arange(20), chance())
    assert list(zip(table["model"], table["other"], strict=True)) == [("a", "b"), ("a", "c"), ("b", "c")]
    assert table["difference"].to_numpy() == pytest.approx([-0.5, 0, 0.5], abs=0.1)
    assert ((table["low"] < table["difference"]) & (table["difference"] < table["high"])).all()
    assert table["p"][0] == pytest.approx(2 / 2**20)
    assert table["p_holm"].to_numpy() == pytest.approx(significance.holm(table["p"].to_numpy()))
    assert table["p_holm"][1] > 0.05 > table["p_holm"][0]
    assert table["groups"].tolist() == [20, 20, 20]


def test_disagreement_is_the_spread_over_seeds_and_not_over_anything_else():
    base = chance().random((1, 4, 3, 8, 8))
    assert uncertainty.disagreement(np.repeat(base, 3, axis=0)) == pytest.approx(np.zeros((4, 3)))
    apart = np.concatenate([base, base])
    apart[0, 2, 1] += 2.0
    expected = np.zeros((4, 3))
    expected[2, 1] = np.sqrt(2)  # of two values 2 apart
    assert uncertainty.disagreement(apart) == pytest.approx(expected)
    apart[0, 2, 1, :, :4] = base[0, 2, 1, :, :4]  # half the pixels
    assert uncertainty.disagreement(apart)[2, 1] == pytest.approx(1)


def test_rank_correlation_is_that_of_scipy_with_ties_and_none_with_a_constant():
    rng = chance(1)
    one, other = rng.integers(4, size=30), rng.integers(6, size=30)
    assert uncertainty.rank_correlation(one, other) == pytest.approx(spearmanr(one, other).statistic)
    rows = uncertainty.rank_correlations(np.stack([one, other, np.zeros(30)]), other)
    assert rows == pytest.approx([spearmanr(one, other).statistic, 1, 0])
    assert uncertainty.ranks(np.stack([one, other])).tolist() == rankdata(np.stack([one, other]), axis=1).tolist()


def covered(shift, level=0.8, calibration=24, trials=400):
    rng = chance(2)
    shares = []
    for _ in range(trials):
        widths = uncertainty.half_widths(rng.normal(0, 1, (calibration, 3)), level)
        shares.append(uncertainty.coverage(shift * rng.normal(0, 1, (50, 3)), widths).share)
    return np.mean(shares, axis=0)


def test_conformal_bands_hold_what_is_like_the_calibration_and_not_what_is_shifted():
    assert covered(shift=1) == pytest.approx(np.full(3, 20 / 25), abs=0.02)
    assert covered(shift=1, calibration=25)[0] == pytest.approx(21 / 26, abs=0.02)
    assert covered(shift=2).max() < 0.55


def test_a_band_is_the_smallest_that_can_promise_its_level():
    errors = np.arange(1.0, 10.0)[:, None] * [1, -2]
    assert uncertainty.half_widths(errors, 0.9).tolist() == [9, 18]
    assert uncertainty.half_widths(errors, 0.8).tolist() == [8, 16]
    assert np.isinf(uncertainty.half_widths(errors, 0.95)).all()
    assert uncertainty.coverage(errors, np.array([3.0, 100.0])).share == pytest.approx([3 / 9, 1])


def test_an_interval_of_a_share_is_that_of_scipy():
    hits = np.array([0, 3, 10, 20])
    low, high = uncertainty.binomial_interval(hits, 20, 0.95)
    for index, hit in enumerate(hits):
        exact = binomtest(int(hit), 20).proportion_ci(0.95, method="exact")
        assert (low[index], high[index]) == pytest.approx((exact.low, exact.high))


def test_auroc_is_the_share_of_pairs_in_order():
    rng = chance(3)
    inside, outside = rng.integers(6, size=13).astype(float), rng.integers(2, 8, size=9).astype(float)
    pairs = [(b > a) + 0.5 * (b == a) for a in inside for b in outside]
    assert uncertainty.auroc(inside, outside) == pytest.approx(np.mean(pairs))
    assert uncertainty.auroc(inside, inside + 10) == 1
    assert uncertainty.auroc(inside, inside - 10) == 0
    assert uncertainty.auroc(inside, inside) == 0.5


def test_the_interval_of_an_auroc_holds_one_half_where_nothing_can_be_told():
    rng = chance(4)
    low, high = uncertainty.auroc_interval(rng.normal(0, 1, 40), rng.normal(0, 1, 40), rng)
    assert 0.2 < low < 0.5 < high < 0.8
    low, high = uncertainty.auroc_interval(rng.normal(0, 1, 40), rng.normal(2, 1, 40), rng)
    assert 0.75 < low < high <= 1


def test_risk_falls_where_the_sure_are_right():
    errors = np.array([3.0, 1.0, 2.0, 4.0])
    knowing = uncertainty.selective_risk(errors, errors)
    assert knowing.risk == pytest.approx([1, 1.5, 2, 2.5])
    assert knowing.share == pytest.approx([0.25, 0.5, 0.75, 1])
    assert uncertainty.selective_risk(-errors, errors).risk == pytest.approx([4, 3.5, 3, 2.5])
    assert knowing.area < 2.5 < uncertainty.selective_risk(-errors, errors).area


def test_equally_sure_ones_are_taken_together_whatever_their_order():
    for order in (slice(None), slice(None, None, -1)):
        curve = uncertainty.selective_risk(np.array([1.0, 1, 1, 2])[order], np.array([0.0, 3, 6, 9])[order])
        assert curve.risk == pytest.approx([3, 3, 3, 4.5])
