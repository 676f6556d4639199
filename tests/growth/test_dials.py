"""Dials: what they ask for, what they refuse, and what the report makes of them."""

import dataclasses
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from chart_reading import chart_data, encodings, rendered, signs
from conftest import PROJECT, TINY, jobs_in
from graincast.base.errors import GraincastError
from graincast.growth import consistency, experiment, stages
from graincast.growth.figures.dial_curves import score_against_dial
from graincast.growth.sections import dials
from graincast.material import datasets

CASES = ("tiny_bimodal", "tiny_bimodal_5")


@pytest.fixture
def chosen(monkeypatch):
    """The tiny experiment with a dial of the size ratio: 3 and 5."""
    monkeypatch.chdir(PROJECT)
    files = [experiment.Path("config/config.yaml"), experiment.Path("config/tiny.yaml")]
    merged = {key: value for file in files for key, value in yaml.safe_load(file.read_text()).items()}
    tiny = experiment.build(merged, files)
    return dataclasses.replace(tiny, dials=(experiment.Dial("bimodal", "size_ratio", CASES),))


@pytest.fixture
def described(chosen):
    """Its data sets, the one that is in no file included."""
    loaded = {name: datasets.load(experiment.DATASETS / f"{name}.yaml") for name in chosen.main_datasets}
    loaded["tiny_bimodal_5"] = with_structure(loaded["tiny_bimodal"], size_ratio=5.0)
    return loaded


def with_structure(dataset, **settings):
    return dataclasses.replace(dataset, structure={**dataset.structure, **settings})


def models():
    return {name: stages.load(experiment.MODELS / f"{name}.yaml") for name in ("persistence", "tiny_convolution")}


def scores_of(cases, models, seeds, value):
    """Rows of two structures and two frames, with bounds."""
    rows = [
        {"model": model, "dataset": "tiny_normal", "seed": seed, "case": case, "sample": structure, "step": frame}
        | {"score": score, "value": value(case, model, seed, structure), "epoch": None}
        for case in cases
        for model in models
        for seed in (seeds if model != "mean_field" else [None])
        for structure in (0, 1)
        for frame in (1, 2)
        for score in dials.SCORES
    ]
    return pd.DataFrame(rows)


def test_a_dial_s_own_data_sets_are_simulated_but_no_cases(chosen):
    assert chosen.dial_cases == ("tiny_bimodal_5",)
    assert chosen.main_datasets == ("tiny_normal", "tiny_bimodal")
    assert chosen.all_datasets == ("tiny_normal", "tiny_bimodal", "tiny_bimodal_5")
    trained_on = dataclasses.replace(chosen, datasets=("tiny_bimodal_5",))
    assert trained_on.dial_cases == ("tiny_bimodal_5",)  # not a case: no scores but for the dial
    assert sorted(trained_on.all_datasets) == ["tiny_bimodal", "tiny_bimodal_5", "tiny_normal"]


def test_the_values_of_a_dial_are_those_of_the_data_sets(chosen, described):
    assert consistency.dial_values(chosen.dials[0], described) == [3.0, 5.0]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"size_ratio": 3.0}, "'size_ratio' must grow from data set to data set: tiny_bimodal 3, tiny_bimodal_5 3"),
        ({"size_ratio": 2.0}, "must grow"),
        ({"size_ratio": None}, r"tiny_bimodal_5\.yaml, 'structure': key 'size_ratio' is missing"),
        ({"size_ratio": "large"}, "key 'size_ratio' is 'large', no number"),
        (
            {"law": "abnormal"},
            r"tiny_bimodal_5\.yaml, 'structure': key 'law' is 'abnormal', but 'bimodal' in .*tiny_bim",
        ),
        ({"spread": 0.3}, r"key 'spread' is 0\.3, but 0\.15 .* turns 'size_ratio' alone"),
        ({"another": 1}, "key 'another' is 1, but None"),
    ],
)
def test_data_sets_that_make_no_dial_are_refused(chosen, described, settings, words):
    described["tiny_bimodal_5"] = with_structure(described["tiny_bimodal_5"], **settings)
    with pytest.raises(GraincastError, match=words):
        consistency.dial_values(chosen.dials[0], described)


def test_a_dial_is_looked_at_before_any_job(chosen, described):
    described["tiny_bimodal_5"] = with_structure(described["tiny_bimodal_5"], size_ratio=1.5)
    with pytest.raises(GraincastError, match="must grow"):
        consistency.check(chosen, described, models())


def test_a_dial_needs_test_simulations(chosen, described):
    none = dataclasses.replace(described["tiny_bimodal_5"].simulations, test=0, train=1)
    described["tiny_bimodal_5"] = dataclasses.replace(described["tiny_bimodal_5"], simulations=none)
    with pytest.raises(GraincastError, match=r"tiny_bimodal_5\.yaml: key 'simulations': test is 0"):
        consistency.check(chosen, described, models())


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            "[{name: one, key: size_ratio, cases: [tiny_bimodal, mars]}]",
            "'dials': there is no config/growth/datasets/mars.yaml",
        ),
        ("[{name: one, key: size_ratio, cases: [tiny_bimodal]}]", "dial 'one' needs two cases or more"),
        ("[{name: one, key: size_ratio, cases: [tiny_bimodal, tiny_bimodal]}]", "each once"),
        ("[{name: one, cases: [tiny_bimodal, tiny_normal]}]", "'dials': missing key 'key'"),
        ("[{name: one, key: size_ratio, cases: [tiny_bimodal, tiny_normal]}]", "tiny_normal.yaml, 'structure': key"),
        ("{one: {key: size_ratio}}", "'dials' is .* expected a list"),
    ],
)
def test_a_wrong_dial_ends_in_one_line_before_any_job(project, line, words):
    project.edit("config/tiny.yaml", "dials: []", f"dials: {line}")
    done = project.snakemake(*TINY, "--dry-run", check=False)
    assert done.returncode != 0
    (error,) = [text for text in done.stderr.splitlines() if text.startswith("error: ")]
    assert pd.Series([error]).str.contains(words).all(), error


def test_the_points_of_a_dial_are_means_of_the_first_seed_and_the_anchor_has_no_setting(chosen):
    def value(case, _, seed, structure):
        return 0.1 * (case == "tiny_bimodal_5") + 0.01 * structure + 10 * (seed == 1)

    scores = scores_of(["tiny_normal", *CASES], ["persistence", "mean_field"], [0, 1], value)
    points = dials.points(scores, chosen, {"bimodal": [3.0, 5.0]})
    found = points.query("model == 'persistence' and score == 'ssim'").set_index("case")
    assert found["mean"].to_dict() == pytest.approx(
        {"tiny_bimodal": 0.005, "tiny_bimodal_5": 0.105, "tiny_normal": 0.005}
    )
    assert found["setting"].loc[list(CASES)].to_list() == [3.0, 5.0]
    assert np.isnan(found["setting"]["tiny_normal"])
    assert found["structures"].eq(2).all()
    assert set(points["model"]) == {"persistence", "mean_field"}


def test_models_trained_on_other_data_are_not_in_a_dial(chosen):
    scores = scores_of(["tiny_normal", *CASES], ["persistence"], [0], lambda *_: 1.0)
    other = scores.assign(dataset="elsewhere", value=5.0)
    points = dials.points(pd.concat([scores, other]), chosen, {"bimodal": [3.0, 5.0]})
    assert points["mean"].eq(1.0).all()


def test_without_dials_there_is_neither_point_nor_section(chosen):
    none = dataclasses.replace(chosen, dials=())
    points = dials.points(scores_of(["tiny_normal"], ["persistence"], [0], lambda *_: 1.0), none, {})
    assert points.empty
    assert list(points) == dials.PLACE + dials.MEASURED
    assert dials.section(points, none, {}) is None


def test_a_panel_shows_every_model_with_its_interval_its_bounds_and_the_anchor():
    rows = [
        ("size", "size_ratio", setting, case, model, score, mean, mean - 0.1, mean + 0.2, 20)
        for score in dials.SCORES
        for setting, case, mean in [(2.0, "a", 0.9), (4.0, "b", 0.5), (np.nan, "normal", 0.95)]
        for model in ("good", "poor", "pixels", "truth")
    ]
    points = pd.DataFrame(rows, columns=dials.PLACE + dials.MEASURED)
    chart = score_against_dial(
        points[points["score"] == "ssim"], "ssim", ("good", "poor"), {"pixels": "--", "mean_field": ":"}
    )
    found = chart_data(chart)
    assert set(found["panel"]) == {"size: size ratio"}
    assert sorted(found["model"].unique()) == ["good", "pixels", "poor"]
    good = found[found["model"] == "good"]
    assert good[["low", "mean", "high"]].to_numpy() == pytest.approx(
        np.array([[0.8, 0.9, 1.1], [0.4, 0.5, 0.7], [0.85, 0.95, 1.15]])
    )
    assert good["setting"].isna().to_list() == [False, False, True]
    assert set(signs(chart.to_dict(), "color")) == {"good", "poor", "pixels"}  # no bound that the score has not
    assert {"value": 0} in [one["x"] for one in encodings(chart.to_dict())]  # the anchors, at the left edge
    assert "size: size ratio" in rendered(chart)


def test_a_case_is_described_by_its_law_and_settings():
    told = datasets.description(datasets.load(PROJECT / "config/growth/datasets/emulated.yaml"))
    assert told.startswith("Emulated measurement: ")
    assert "not an experiment" in told
    assert "roughness 1.0" in told


def test_a_dial_of_the_tiny_experiment_is_run_for_one_seed_and_shown_apart(reached):
    text = (reached.root / "config/growth/datasets/tiny_bimodal.yaml").read_text()
    new = reached.root / "config/growth/datasets/tiny_bimodal_5.yaml"
    new.write_text(text.replace("size_ratio: 3.0", "size_ratio: 5.0"))
    reached.edit(
        "config/tiny.yaml",
        "dials: []",
        "dials: [{name: ratio, key: size_ratio, cases: [tiny_bimodal, tiny_bimodal_5]}]",
    )
    before = reached.tables()
    jobs = jobs_in(reached.snakemake(*TINY, "--cores", "2").stderr)
    assert jobs == [
        "bound tiny_normal/tiny_bimodal_5",
        "evaluate persistence/tiny_normal/0/tiny_bimodal_5",
        "evaluate tiny_convolution/tiny_normal/0/tiny_bimodal_5",
        "prepare tiny_bimodal_5",
        "report",
        "simulate tiny_bimodal_5/0",
        "simulate tiny_bimodal_5/1",
    ]
    after = reached.tables()
    for name in ("dials", "left_out"):  # which say that there is a dial
        del before[f"results/growth/report/tables/{name}.parquet"]
    assert {name: after[name] for name in before} == before  # all other tables of the report included
    turned = pd.read_csv(reached.root / "results/growth/report/tables/dials.csv")
    assert sorted(turned["setting"].dropna().unique()) == [3.0, 5.0]
    assert set(turned["model"]) >= {"persistence", "tiny_convolution", "mean_field", "pixels"}
    page = Path(reached.root / "results/growth/report/index.html").read_text()
    assert "Score against shift" in page
    assert "Bimodal grain structure" in page
    sections = re.split("<h2 id=", page)[1:]
    named = {section.split('"')[1] for section in sections if "tiny_bimodal_5" in section}
    assert named <= {"dials", "left_out", "provenance"}
