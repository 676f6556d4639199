"""The report's opening: its three sentences say what the numbers say, whatever they are."""

import numpy as np
import pandas as pd
import pytest

from graincast.growth.experiment import Experiment, Solvers
from graincast.growth.sections import claims, conclusions, limitations, score_tables
from graincast.growth.sections.cost import Speed
from graincast.growth.sections.ranking import Standing
from graincast.scoring.summary import comparisons, summary

CASES = ("normal", "bimodal")
MODELS = ("persistence", "good", "other")
SPREAD = np.linspace(-0.02, 0.02, 8)  # of eight structures, the same for all models: differences are exact
WOBBLE = np.array([1, -1, 1, -1, 1, -1, 1, -1]) * 0.01  # of one model alone: its differences change their sign


def experiment(cases=CASES, models=MODELS, seeds=(0, 1)):
    return Experiment(("normal",), cases, models, seeds, Solvers(30, 1, 0.1, (8.0,)))


def rows(values, score="ssim"):
    """Rows of the table from the values of structures by (case, model)."""
    return pd.DataFrame(
        [
            {"case": case, "model": model, "dataset": "normal", "seed": 0, "sample": structure, "step": 1}
            | {"score": score, "value": float(value)}
            for (case, model), of_structures in values.items()
            for structure, value in enumerate(of_structures)
        ]
    )


def standing(*tables, models=MODELS):
    scores = pd.concat(tables)
    return Standing(
        scores, summary(scores), comparisons(scores, models, ("ssim", "mean_radius_error")), "normal", models
    )


def alike(**means):
    """Eight structures of each model, as far apart as the means, on both cases."""
    return {(case, model): mean + SPREAD for case in CASES for model, mean in means.items()}


PLAIN = alike(persistence=0.3, good=0.8, other=0.6, pixels=0.9)
NO_DOUBT = pd.DataFrame(columns=["model", "dataset", "case", "score", "value"])


def sentences(values, doubt=NO_DOUBT, speeds=None, chosen=None):
    chosen = chosen or experiment()
    return conclusions.sentences(standing(rows(values), models=chosen.models), doubt, speeds or {}, chosen)


def test_the_best_model_at_home_is_named_with_its_numbers():
    first = sentences(PLAIN)[0]
    assert first.startswith("On structures like those of the training (normal), trust good: SSIM 0.800 (0.7")
    assert "0.500 (0.500 to 0.500) above persistence" in first
    assert "it is 0.100 (0.100 to 0.100) below the ceiling" in first


def test_the_numbers_of_the_first_sentence_are_those_of_the_summary():
    scores = rows(PLAIN)
    row = summary(scores).query("case == 'normal' and model == 'good'").iloc[0]
    expected = f"SSIM {row['mean']:.3f} ({row['low']:.3f} to {row['high']:.3f})"
    assert expected in sentences(PLAIN)[0]


def test_scores_through_time_keep_models_of_other_training_data_apart():
    elsewhere = rows(alike(persistence=0.3, good=0.5)).assign(dataset="other data")
    numbers = score_tables.through_time(pd.concat([rows(PLAIN), elsewhere]), experiment())
    means = numbers.query("model == 'good' and case == 'normal'").set_index("trained on")["mean"]
    assert means.to_dict() == pytest.approx({"normal": 0.8, "other data": 0.5})
    pairs = comparisons(rows(PLAIN), MODELS, ("ssim",))
    charts = score_tables.section(numbers, summary(rows(PLAIN)), pd.DataFrame(), pairs, experiment()).parts
    shown = next(part for part in charts if getattr(part, "name", "") == "ssim").rows
    assert set(shown.query("model == 'good'")["mean"]) == {means["normal"]}


def test_pairs_show_how_far_single_trainings_lie_apart():
    again = rows(alike(good=0.7)).assign(seed=1)
    scores = pd.concat([rows(alike(good=0.9, other=0.75)), again, rows(alike(pixels=1.0)).assign(seed=np.nan)])
    pairs = comparisons(scores, ("good", "other", "pixels"), ("ssim",)).query("case == 'normal'")
    pairs = pairs.set_index(["model", "other"])[["difference", "least", "most"]]
    assert pairs.loc[("good", "other")].to_list() == pytest.approx([0.05, -0.05, 0.15])
    assert pairs.loc[("good", "pixels")].to_list() == pytest.approx([-0.2, -0.3, -0.1])
    assert pairs.loc[("other", "pixels")].to_list() == pytest.approx([-0.25, -0.25, -0.25])


def test_models_that_cannot_be_told_apart_are_both_trusted():
    first = sentences(PLAIN | {("normal", "other"): 0.799 + SPREAD + WOBBLE})[0]
    assert "trust good or other, which cannot be told apart from it" in first


def test_a_model_at_the_ceiling_is_said_to_be_there():
    assert (
        "it cannot be told apart from the ceiling"
        in sentences(PLAIN | {("normal", "pixels"): 0.8 + SPREAD + WOBBLE})[0]
    )


def test_no_model_is_trusted_that_does_not_beat_the_floor():
    lost = alike(persistence=0.9, good=0.8, other=0.6)
    assert "trust no model: even the best, good, is worse than persistence" in sentences(lost)[0]
    level = PLAIN | {("normal", "persistence"): 0.8 + SPREAD + WOBBLE}
    assert "trust no model: the best, good, cannot be told apart from persistence" in sentences(level)[0]


def test_too_few_structures_are_no_reason_to_trust():
    few = {key: values[:5] for key, values in PLAIN.items()}
    first, second, _ = sentences(few)
    assert "5 structures are too few to say whom to trust: the highest mean is that of good" in first
    assert "5 structures are too few" in second
    assert "too few for a test against the floors" in second
    one = {key: values[:1] for key, values in PLAIN.items()}
    assert "1 structure is too few" in sentences(one)[0]


def test_what_beats_the_floor_leaves_out_cases_of_too_few_structures():
    few = PLAIN | {key: values[:5] for key, values in PLAIN.items() if key[0] == "bimodal"}
    judged = score_tables.against_floor(rows(few))
    assert list(zip(judged["case"], judged["model"], judged["verdict"], strict=True)) == [
        ("normal", "good", "beats"),
        ("normal", "other", "beats"),
    ]


def test_the_error_of_the_radius_is_in_percent():
    radius = rows(alike(persistence=0.2, good=0.03, other=0.05, mean_field=0.1), "mean_radius_error")
    first = claims.at_home(standing(rows(PLAIN), radius), experiment())
    assert "its mean grain radius errs by 3.0%" in first


@pytest.mark.parametrize(
    ("mean", "words"), [(0.5, "falls to 0.500"), (0.8, "holds with 0.800"), (0.9, "rises to 0.900")]
)
def test_a_shift_lowers_keeps_or_raises_a_score(mean, words):
    second = sentences(PLAIN | {("bimodal", "good"): mean + SPREAD})[1]
    assert f"the SSIM of good, 0.800 on normal, {words} on bimodal" in second


def test_another_model_may_be_the_one_to_trust_under_shift():
    second = sentences(PLAIN | {("bimodal", "other"): 0.85 + SPREAD})[1]
    assert second.startswith("Under shift, on bimodal, trust other; ")


def test_who_loses_to_a_floor_is_named():
    radius = alike(persistence=0.2, good=0.03, other=0.05, mean_field=0.1)
    changed = radius | {("bimodal", "other"): 0.15 + SPREAD, ("bimodal", "good"): 0.1 + SPREAD + WOBBLE}
    second = claims.under_shift(standing(rows(PLAIN), rows(changed, "mean_radius_error")), experiment())
    assert "other did worse than the floor mean_field in the mean grain radius on bimodal" in second
    assert "good cannot be told apart from the floor mean_field in the mean grain radius on bimodal" in second
    held = claims.under_shift(standing(rows(PLAIN), rows(radius, "mean_radius_error")), experiment())
    assert "every model beats the floors" in held


def test_with_the_floor_alone_there_is_nobody_to_trust():
    chosen = experiment(models=("persistence",))
    assert sentences(alike(persistence=0.3), chosen=chosen) == [
        "Only the floor 'persistence' was evaluated: there is no model to trust."
    ]


def test_without_the_floor_nothing_is_claimed():
    chosen = experiment(models=("good", "other"))
    first, *rest = sentences(alike(good=0.8, other=0.6), chosen=chosen)
    assert first.startswith("Nothing is claimed: the floor 'persistence' is not among the models")
    assert not any("trust good" in sentence for sentence in rest)


def test_an_experiment_without_its_home_or_without_a_shift_says_so():
    away = {key: values for key, values in PLAIN.items() if key[0] == "bimodal"}
    first, second, _ = sentences(away, chosen=experiment(cases=("bimodal",)))
    assert "is not known: normal was not evaluated" in first
    assert "on bimodal, trust good" in second
    home = {key: values for key, values in PLAIN.items() if key[0] == "normal"}
    assert "every case was trained on" in sentences(home, chosen=experiment(cases=("normal",)))[1]


def doubt(**values):
    """Rows of the best model on bimodal."""
    columns = {"model": "good", "dataset": "normal", "case": "bimodal"}
    return pd.DataFrame([columns | {"score": score, "value": value} for score, value in values.items()])


def coverage(share, low, high):
    names = ("coverage_of_all_frames", "coverage_of_all_frames_low", "coverage_of_all_frames_high")
    return doubt(**dict(zip(names, (share, low, high), strict=True)))


@pytest.mark.parametrize(
    ("found", "words"),
    [((0.5, 0.3, 0.7), "are broken on"), ((0.85, 0.6, 0.95), "may hold on"), ((1.0, 0.92, 1.0), "are too wide on")],
)
def test_bands_are_broken_only_if_the_interval_says_so(found, words):
    assert f"its 90% bands of the mean radius {words} bimodal ({found[0]:.0%})" in sentences(PLAIN, coverage(*found))[2]


def test_a_model_without_bands_and_with_one_seed_has_neither():
    third = sentences(PLAIN, chosen=experiment(seeds=(0,)))[2]
    assert "it has no bands" in third
    assert "there is one training seed" in third


@pytest.mark.parametrize(
    ("low", "words"), [(0.6, "tell bimodal (AUROC 0.80)"), (0.4, "do not tell bimodal (AUROC 0.80)")]
)
def test_a_shift_is_noticed_only_if_the_interval_leaves_out_chance(low, words):
    third = sentences(PLAIN, doubt(auroc_disagreement=0.8, auroc_disagreement_low=low))[2]
    assert f"its training seeds, by their disagreement, {words} from normal" in third


def test_a_case_whose_doubt_was_not_measured_is_not_passed_over():
    bands = coverage(0.5, 0.3, 0.7)
    detected = doubt(auroc_disagreement=0.8, auroc_disagreement_low=0.6)
    chosen = experiment(cases=(*CASES, "maps"))
    third = sentences(PLAIN, pd.concat([bands, detected]), chosen=chosen)[2]
    assert (
        "its 90% bands of the mean radius are broken on bimodal (50%) and were not looked at on normal and maps"
        in third
    )
    assert "tell bimodal (AUROC 0.80) from normal and were not looked at on maps" in third


@pytest.mark.parametrize(
    ("solver_seconds", "solver_ssim", "words"),
    [
        (0.001, 0.9, "10 times as long as the solver at equal error"),
        (0.1, 0.9, "10 times faster than the solver at equal error"),
        (0.1, 0.5, "no setting of the solver that was tried reaches its error"),
    ],
)
def test_speed_is_told_at_equal_error(solver_seconds, solver_ssim, words):
    def timed(name, seconds, ssim):
        kinds = {f"cpu_seconds_{way}_median": seconds for way in ("alone", "together")}
        costs = {"data_seconds": 0.0, "training_seconds": 0.0}
        scores = kinds | costs | {"crisp_ssim": ssim, "mean_radius_error": 0.1}
        return [{"model": name, "case": "normal", "score": score, "value": value} for score, value in scores.items()]

    models = [row for name in MODELS for row in timed(name, 0.01, 0.8)]
    speed = Speed(pd.DataFrame(models + timed("solver", solver_seconds, solver_ssim)), {})
    third = limitations.when_not(standing(rows(PLAIN)), NO_DOUBT, {"normal": speed}, experiment())[0]
    assert "it takes 10 ms a sequence" in third
    assert words in third
