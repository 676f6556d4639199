"""Published numbers stand beside ours, and what was not evaluated is said: from the tables, and only from them."""

import dataclasses
import math

import pandas as pd
import pytest

from conftest import PROJECT
from graincast.base.errors import GraincastError
from graincast.growth.experiment import Dial, Experiment, Solvers
from graincast.growth.sections import landmarks, left_out, measured_maps
from graincast.growth.sections.cost import Speed

LAWS = {"normal": "lognormal", "bimodal": "bimodal", "coarse": "bimodal"}
MODELS = ("persistence", "model")
EXPERIMENT = Experiment(("normal",), tuple(LAWS), MODELS, (0, 1), Solvers(30, 1, 0.1, (8.0,)))
PUBLISHED = PROJECT / "config/growth/landmarks.csv"


def numbers():
    rows = [
        {"case": case, "model": model, "trained on": "normal", "score": score, "mean": len(case) + place / 10 + shift}
        for case in LAWS
        for place, model in enumerate(MODELS)
        for score, shift in (("ssim", 0.01), ("mean_radius_error", 0.02))
    ]
    return pd.DataFrame([*rows, {**rows[0], "trained on": "other", "mean": 99.0}])


def speed():
    def timed(name, seconds, ssim):
        measures = {"cpu_seconds_alone_median": seconds, "cpu_seconds_together_median": seconds}
        measures |= {"crisp_ssim": ssim, "mean_radius_error": 1 - ssim}
        return [{"model": name, "case": "normal", "score": score, "value": value} for score, value in measures.items()]

    return Speed(pd.DataFrame(timed("model", 0.01, 0.8) + timed("persistence", 0.001, 0.2) + timed("s", 0.02, 0.9)), {})


def table(published=None):
    published = published or landmarks.read(PUBLISHED)
    section = landmarks.section(published, numbers(), {"normal": speed()}, LAWS, EXPERIMENT)
    return section.parts[-1].frame


def test_ours_are_those_of_the_summary_on_the_matching_case():
    shown = table()
    ssim = shown[shown["score"] == "SSIM"]
    assert set(ssim["our case"]) == {"normal", "bimodal", "coarse"}
    for row in ssim.to_dict("records"):
        assert row["model"] == pytest.approx(len(row["our case"]) + 0.11)
        assert row["persistence"] == pytest.approx(len(row["our case"]) + 0.01)
    radius = shown[shown["score"] == landmarks.SCORES["mean_radius_error"]]
    assert list(radius["model"]) == pytest.approx([len(case) + 0.12 for case in radius["our case"]])


def test_the_published_numbers_are_those_of_the_file_and_of_other_data():
    shown, published = table(), pd.read_csv(PUBLISHED)
    assert set(shown["published"]) == set(published["value"])
    assert shown["measured on"].str.startswith("another data set: ").all()
    assert 0.7609 in set(shown.query("`our case` == 'bimodal'")["published"])


def test_speed_is_the_solver_over_the_model_at_equal_error():
    row = table().query("score == @landmarks.SCORES['speed_up']").iloc[0]
    assert row["model"] == pytest.approx(2.0)
    assert row["persistence"] == pytest.approx(20.0)


def test_a_landmark_without_a_case_of_ours_keeps_its_row():
    only = dataclasses.replace(landmarks.read(PUBLISHED)[0], kind="abnormal")
    row = table([only]).iloc[0]
    assert row["our case"] == landmarks.NONE
    assert math.isnan(row["model"])


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("0.8671", "high", "row 2: key 'value' is 'high', expected a number"),
        ("ssim", "beauty", "row 2: key 'score' is 'beauty'"),
        ("kind", "sort", "has the columns"),
    ],
)
def test_a_damaged_file_is_an_error_that_names_it(tmp_path, before, after, words):
    damaged = tmp_path / "landmarks.csv"
    damaged.write_text(PUBLISHED.read_text().replace(before, after, 1))
    with pytest.raises(GraincastError, match=str(damaged)) as raised:
        landmarks.read(damaged)
    assert words in str(raised.value)


def score_rows(model, case, score, structures=8):
    return [
        {"model": model, "dataset": "normal", "seed": 0, "case": case, "sample": one, "score": score, "value": 0.5}
        for one in range(structures)
    ]


def doubt_rows():
    rows = []
    for model in MODELS:
        rows += [
            row for case in LAWS for score in ("disagreement", "coverage") for row in score_rows(model, case, score)
        ]
        rows += [
            {
                "model": model,
                "dataset": "normal",
                "case": "validation",
                "score": "calibration_structures",
                "value": 16.0,
            }
        ]
    return pd.DataFrame(rows)


def complete():
    """An experiment of which nothing was left out."""
    scores = [row for model in MODELS for case in LAWS for row in score_rows(model, case, "ssim")]
    timed = pd.DataFrame([{"model": "model", "score": left_out.GPU, "value": 0.1}])
    sheets = pd.DataFrame([{"dataset": "normal", "sample": 0, "score": "redrawn", "value": 0.0}])
    speeds, told = {"normal": Speed(timed, {})}, measured_maps.told({}, [], [])
    return left_out.Evaluated(
        EXPERIMENT, pd.DataFrame(scores), sheets, doubt_rows(), speeds, told, {"model": []}, dials=[]
    )


def listed(**changed):
    """What is left out when the complete experiment is changed."""
    section = left_out.section(dataclasses.replace(complete(), **changed))
    return [tuple(row) for row in section.parts[-1].frame.itertuples(index=False)] if section else []


def test_nothing_is_left_out_where_everything_was_evaluated():
    assert left_out.section(complete()) is None


def test_parts_that_no_name_of_the_experiment_chooses_are_listed():
    assert [row[0] for row in listed(unused={"model": ["open_attention"], "solver": ["phase_field"]})] == [
        "the model open_attention",
        "the solver phase_field",
    ]


def test_a_home_that_is_no_case_and_a_lack_of_shifts_are_listed():
    away = dataclasses.replace(EXPERIMENT, datasets=("fine",))
    assert ("fine, in distribution", "persistence and model", "trained on, but named as no case") in listed(
        experiment=away
    )
    home = dataclasses.replace(EXPERIMENT, cases=("normal",))
    assert ("shifted structures", "persistence and model", "every case was trained on") in listed(experiment=home)


def test_dials_are_turned_for_the_first_seed_alone():
    turned = dataclasses.replace(EXPERIMENT, dials=(Dial("bimodal", "size_ratio", (3.0, 4.0)),))
    found = listed(experiment=turned, dials=[["bimodal", "bimodal_size_ratio_4"]])
    assert [row[:2] for row in found] == [("trainings on or from seed 1", "bimodal_size_ratio_4")]
    one = dataclasses.replace(turned, seeds=(0,))
    assert not [row for row in listed(experiment=one, dials=[["bimodal", "bimodal_size_ratio_4"]]) if "dial" in row[2]]


def test_a_measured_case_without_maps_is_listed():
    maps = measured_maps.MapsAtHand({"maps": []}, {"maps": {"copper": "no network"}}, [], {"maps": "table"})
    assert listed(maps=maps) == [("the case maps", "all models", "none of its maps can be evaluated")]


def test_the_list_says_where_the_maps_stand_that_were_left_out():
    none = measured_maps.MapsAtHand({"maps": []}, {"maps": {}}, [], {"maps": "table"})
    section = left_out.section(dataclasses.replace(complete(), maps=none))
    assert "stand in the section on measured maps" in section.parts[0].sentences[0]
    without = left_out.section(dataclasses.replace(complete(), unused={"model": ["open_attention"]}))
    assert "measured" not in without.parts[0].sentences[0]


def test_scores_that_a_model_or_a_case_lacks_are_listed():
    more = pd.concat([complete().scores, pd.DataFrame(score_rows("model", "normal", "attention_speed"))])
    found = [row[:2] for row in listed(scores=more)]
    assert found == [("attention_speed", "persistence"), ("attention_speed", "bimodal"), ("attention_speed", "coarse")]


def test_numbers_of_sides_that_few_grains_have_are_nothing_left_out():
    rare = [
        row for name in ("mullins_rate_of_11", "calm_grains_of_11") for row in score_rows("model", "normal", name, 2)
    ]
    assert listed(scores=pd.concat([complete().scores, pd.DataFrame(rare)])) == []


def test_structures_that_a_score_or_a_model_has_not_are_counted():
    everyone = [row for model in MODELS for case in LAWS for row in score_rows(model, case, "turn_error", 3)]
    found = listed(scores=pd.concat([complete().scores, pd.DataFrame(everyone)]))
    assert [row[:2] for row in found] == [("turn_error", case) for case in LAWS]
    assert all(row[2] == "measured on 3 of the 8 structures only" for row in found)
    scores = complete().scores
    lost = scores[~((scores["model"] == "model") & (scores["case"] == "bimodal") & (scores["sample"] > 5))]
    assert listed(scores=lost) == [
        ("ssim", "model on bimodal", "not to be had on every structure; the fewest are 6 of 8")
    ]


def test_structures_that_were_drawn_anew_are_counted():
    sheets = complete().sheets.assign(value=2.0)
    assert listed(sheets=sheets)[0][:2] == ("2 structures as first drawn", "normal")


def test_doubt_that_cannot_be_had_is_listed_with_its_reason():
    doubt = doubt_rows()
    silent = doubt[~((doubt["model"] == "persistence") & (doubt["score"] == "disagreement"))]
    assert listed(doubt=silent) == [
        ("disagreement between trainings", "persistence trained on normal", "every seed gives the same model")
    ]
    few = doubt.assign(value=doubt["value"].where(doubt["score"] != "calibration_structures", 4.0))
    assert [row[2] for row in listed(doubt=few)] == ["9 validation simulations are needed, normal has 4"] * 2
    assert [row[1] for row in listed(doubt=doubt[doubt["case"] != "coarse"])] == ["coarse"]


def test_times_on_a_gpu_are_missed_where_there_was_none():
    assert [row[:2] for row in listed(speeds={"normal": speed()})] == [("times on a GPU", "models trained on normal")]
