"""Whether what is said about a model's doubt is so, counted by hand: of a structure, of a case, bands."""

import numpy as np
import pytest
from scipy.stats import binomtest

from graincast.growth.judging import bands, reliability
from graincast.scoring import uncertainty
from reliability_cases import IDENTITY, case, told

# --- of one structure


def test_the_error_is_of_the_mean_image_and_disagreement_of_the_images_apart():
    images = np.zeros((2, 1, 2, 2))
    images[1, 0, 0, 1] = 2.0
    found = reliability.of_structure(images, np.zeros((1, 2, 2)))
    assert found["ensemble_error"] == pytest.approx([0.5])  # the mean is wrong by 1 on a quarter of the pixels
    assert found["disagreement"] == pytest.approx([np.sqrt(0.5)])  # values 2 apart: a variance of 2, on a quarter
    assert found["pixel_correlation"] == pytest.approx([1.0])
    maps = reliability.error_and_disagreement(images, np.zeros((1, 2, 2)))
    assert maps["error"].tolist() == [[[0, 1], [0, 0]]]
    assert maps["disagreement"] == pytest.approx(np.array([[[0, np.sqrt(2)], [0, 0]]]))


def test_trainings_that_are_wrong_in_opposite_ways_have_a_perfect_mean():
    found = reliability.of_structure(np.stack([np.ones((1, 2, 2)), -np.ones((1, 2, 2))]), np.zeros((1, 2, 2)))
    assert found["ensemble_error"] == pytest.approx([0.0])
    assert found["disagreement"] == pytest.approx([np.sqrt(2)])


def test_an_image_has_its_own_correlation_at_every_frame():
    truth = np.zeros((2, 1, 3))
    images = np.array([[[[1.0, 2, 3]], [[3.0, 2, 1]]], [[[1.1, 2.2, 3.3]], [[3.1, 2.2, 1.3]]]])
    assert reliability.of_structure(images, truth)["pixel_correlation"] == pytest.approx([1, -1])


def test_one_training_has_an_error_and_says_nothing_of_disagreement():
    assert set(reliability.of_structure(np.ones((1, 1, 2, 2)), np.zeros((1, 2, 2)))) == {"ensemble_error"}
    assert set(reliability.error_and_disagreement(np.ones((1, 1, 2, 2)), np.zeros((1, 2, 2)))) == {"error"}


def test_the_spread_of_radii_is_over_the_grains_that_are_there():
    labels = np.array([[0, 3, 3, 3, 3]])  # radii 1 and 2, over the root of pi; 1 and 2 are absent
    assert reliability.radius_spread(labels) == pytest.approx(0.5 / 1.5)


# --- of a case


def test_rows_say_which_structure_and_frame_they_are_of():
    rows = list(reliability.rows(IDENTITY, 1, {"normal": case([5.0, 6.0], [7.0, 8.0], [0.3, 0.4])}))
    found = {(row["score"], row["sample"], row["step"]): row["value"] for row in rows if "sample" in row}
    assert found["disagreement", 11, 1] == 5
    assert found["disagreement", 11, 2] == 7
    assert found["ensemble_error", 10, 2] == 8
    assert found["start_radius_spread", 11, 0] == 0.4
    assert len(found) == 3 * 2 * 2 + 2
    assert all({**IDENTITY, "case": "normal"}.items() <= row.items() for row in rows)


def test_a_model_that_knows_keeps_the_best_structures_and_one_that_misleads_the_worst():
    wrong = [2.0, 3.0, 4.0, 5.0]
    for unsure, correlation, area in (([1.0, 2, 3, 4], 1, 2.75), ([4.0, 3, 2, 1], -1, 4.25)):
        found = told(reliability.rows(IDENTITY, 1, {"normal": case(unsure, wrong)}))
        assert found["normal", "error_correlation", None] == pytest.approx(correlation)
        assert found["normal", "selective_risk_area", None] == pytest.approx(area)  # e.g. of 2, 2.5, 3 and 3.5
        assert found["normal", "selective_risk_area_random", None] == pytest.approx(3.5)
        assert found["normal", "selective_risk_area_perfect", None] == pytest.approx(2.75)
        assert found["normal", "error_correlation_in_images", None] == pytest.approx(0.25)


def test_two_structures_are_too_few_for_a_correlation():
    assert ("normal", "error_correlation", None) not in told(
        reliability.rows(IDENTITY, 1, {"normal": case([1, 2], [1, 2])})
    )


def test_shifted_cases_are_told_from_the_data_trained_on_and_it_from_nothing():
    cases = {
        "far": case([5.0, 6.0], [1.0, 1.0], [0.1, 0.3]),
        "normal": case([3.0, 4.0], [1.0, 1.0], [0.2, 0.4]),
        "near": case([3.0, 4.0], [1.0, 1.0], [0.5, 0.6]),
    }
    found = told(reliability.rows(IDENTITY, 1, cases))
    assert [found[name, "auroc_disagreement", None] for name in ("far", "near")] == [1, 0.5]
    assert [found[name, "auroc_start_radius_spread", None] for name in ("far", "near")] == [0.25, 1]
    assert found["near", "auroc_disagreement_low", None] < 0.5 < found["near", "auroc_disagreement_high", None]
    assert not [key for key in found if key[0] == "normal" and key[1].startswith("auroc")]


def test_nothing_is_told_from_training_data_that_are_not_among_the_cases():
    found = told(reliability.rows(IDENTITY, 1, {"far": case([5.0, 6.0], [1.0, 1.0])}))
    assert found
    assert not [key for key in found if key[1].startswith("auroc")]


def test_without_an_ensemble_there_are_no_rows_of_it_but_the_simple_feature_is_tried():
    cases = {"normal": case(None, [1.0] * 4, [0.1] * 4), "far": case(None, [2.0] * 4, [0.2] * 4)}
    rows = list(reliability.rows(IDENTITY, 1, cases))
    kinds = {row["score"].removesuffix("_low").removesuffix("_high") for row in rows}
    assert kinds == {"ensemble_error", "start_radius_spread", "auroc_start_radius_spread"}


# --- bands


def test_bands_hold_what_is_within_the_largest_calibration_error_of_nine():
    calibration = np.linspace(-0.09, 0.05, 9)[:, None] * [1, 2]  # largest: 0.09 and 0.18
    far = np.array([[0.08, 0.2], [-0.1, 0.17], [0.0, -0.3], [0.09, -0.18]])
    found = told(reliability.band_rows(IDENTITY, 1, calibration, {"far": far}))
    assert [found["validation", "band_half_width", frame] for frame in (1, 2)] == pytest.approx([0.09, 0.18])
    assert [found["far", "coverage", frame] for frame in (1, 2)] == [0.75, 0.5]
    exact = binomtest(3, 4).proportion_ci(0.95, method="exact")
    assert found["far", "coverage_low", 1] == pytest.approx(exact.low)
    assert found["far", "coverage_high", 1] == pytest.approx(exact.high)
    assert found["far", "coverage_of_all_frames", None] == 5 / 8
    assert found["validation", "calibration_structures", None] == 9


def test_a_band_never_shrinks_from_a_frame_to_the_next():
    calibration = np.repeat([[0.1, 0.3, 0.2, 0.4]], 9, axis=0)
    assert bands.half_widths(calibration).tolist() == [0.1, 0.3, 0.3, 0.4]
    found = told(reliability.band_rows(IDENTITY, 1, calibration, {"far": np.full((4, 4), 0.25)}))
    assert [found["validation", "band_half_width", frame] for frame in (1, 2, 3, 4)] == [0.1, 0.3, 0.3, 0.4]
    assert [found["far", "coverage", frame] for frame in (1, 2, 3, 4)] == [
        0,
        1,
        1,
        1,
    ]  # by its own width, not the third


def test_eight_calibration_errors_promise_nothing_and_nothing_is_said():
    found = told(reliability.band_rows(IDENTITY, 1, np.ones((8, 2)), {"far": np.zeros((4, 2))}))
    assert found == {("validation", "calibration_structures", None): 8}


@pytest.mark.parametrize("frames", [1, 3])
def test_a_case_of_other_length_is_covered_in_the_frames_that_both_have(frames):
    found = told(reliability.band_rows(IDENTITY, 4, np.ones((9, 2)), {"far": np.zeros((4, frames))}))
    assert {key[2] for key in found if key[1] == "coverage"} == set(range(4, 4 + min(frames, 2)))


def test_the_fewest_calibration_errors_are_those_that_give_a_band():
    for level, count in ((0.9, 9), (0.8, 4), (0.95, 19), (0.5, 1)):
        assert uncertainty.calibration_needed(level) == count
        assert np.isfinite(uncertainty.half_widths(np.ones((count, 1)), level)).all()
        assert np.isinf(uncertainty.half_widths(np.ones((count - 1, 1)), level)).all()


def test_frames_of_a_structure_are_not_as_many_trials():
    errors = np.zeros((20, 12))
    errors[:5] = 2.0
    share, low, high = uncertainty.coverage_of_all(errors, np.ones(12))
    exact = binomtest(15, 20).proportion_ci(0.95, method="exact")
    assert (share, low, high) == pytest.approx((0.75, exact.low, exact.high))
    errors[5, 0] = 2.0  # one frame more: a little less, and an interval between those of whole structures
    less, lower, higher = uncertainty.coverage_of_all(errors, np.ones(12))
    assert less == pytest.approx(0.75 - 1 / 240)
    exact = binomtest(14, 20).proportion_ci(0.95, method="exact")
    assert exact.low < lower < low
    assert exact.high < higher < high


def test_shares_below_one_trial_have_an_interval_that_holds_them():
    for share in (0.0, 0.001, 0.3, 0.999, 1.0):
        low, high = uncertainty.binomial_interval(np.array([20 * share]), 20, 0.95)
        assert 0 <= low[0] <= share <= high[0] <= 1


def test_the_interval_of_a_correlation_holds_nought_where_there_is_none():
    rng = np.random.default_rng(5)
    values = rng.normal(size=40)
    low, high = uncertainty.rank_correlation_interval(values, rng.normal(size=40), rng)
    assert -0.6 < low < 0 < high < 0.6
    low, high = uncertainty.rank_correlation_interval(values, values + 0.3 * rng.normal(size=40), rng)
    assert 0.6 < low < high <= 1
