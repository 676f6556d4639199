"""Dials: what they ask for, what they refuse, and what the report makes of them."""

import dataclasses
import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import yaml

import growth_turn
import tiny
from chart_reading import chart_data, encodings, rendered, signs
from conftest import PROJECT, TINY, jobs_in
from graincast.base.errors import GraincastError
from graincast.growth import fit_together
from graincast.growth.experiment import Dial
from graincast.growth.figures.dial_curves import score_against_dial
from graincast.growth.plan import Plan
from graincast.growth.sections import dials
from graincast.material import datasets
from graincast.material.measured import map_table

TURNED = "tiny_bimodal_size_ratio_5"
CASES = ("tiny_bimodal", TURNED)  # the case itself has 3
SETTING = "growth: {{dials: [{{case: {case}, key: {key}, values: {values}}}]}}\n"


@pytest.fixture
def plan(monkeypatch):
    """The tiny experiment with a dial of the size ratio, 3 and 5."""
    monkeypatch.chdir(PROJECT)
    return planned([{"case": "tiny_bimodal", "key": "size_ratio", "values": [3.0, 5.0]}])


def planned(dials):
    """The tiny experiment with these dials in its section of the configuration."""
    return Plan(tiny.SECTION | {"dials": dials}, [Path("config/config.yaml"), Path("config/tiny.yaml")])


@pytest.fixture
def chosen(plan):
    return plan.experiment


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


def test_a_dial_s_own_data_sets_are_simulated_but_no_cases(plan):
    assert plan.cases.on_dial(plan.experiment.dials[0]) == [*CASES]
    assert plan.cases.dial_cases == [TURNED]
    assert TURNED not in plan.experiment.main_datasets
    assert TURNED in plan.cases.all_datasets
    assert plan.dialled("{model} {dataset} {seed} {case}") == [
        f"{model} {tiny.DATASET} {tiny.SEEDS[0]} {TURNED}" for model in sorted(tiny.MODELS)
    ]


def test_a_turned_data_set_differs_in_its_setting_alone(plan):
    own, turned = (plan.cases.dataset(name) for name in CASES)
    assert turned == dataclasses.replace(own, structure=own.structure | {"size_ratio": 5.0})
    assert own.structure["size_ratio"] == 3.0


def test_the_script_writes_the_data_set_that_the_plan_has(plan, tmp_path):
    wildcards = SimpleNamespace(dataset=TURNED)
    given = ["--dataset", plan.cases.turned_from(wildcards), *plan.cases.turned_to(wildcards).split()]
    growth_turn.main([*given, "--output", str(tmp_path / "turned.yaml")])
    assert datasets.load(tmp_path / "turned.yaml") == plan.cases.dataset(TURNED)


@pytest.mark.parametrize(("values", "kept"), [([20.0, 30.0], [20, 30]), ([20.0, 30.5], [20, 30.5])])
def test_a_whole_number_stays_one_where_it_can(monkeypatch, tmp_path, values, kept):
    monkeypatch.chdir(PROJECT)
    found = planned([{"case": "tiny_bimodal", "key": "grains", "values": values}])
    names = found.cases.on_dial(found.experiment.dials[0])
    turned = [found.cases.dataset(name).structure["grains"] for name in names]
    assert turned == kept
    assert [type(value) for value in turned] == [type(value) for value in kept]
    given = ["--dataset", "config/growth/datasets/tiny_bimodal.yaml", "--key", "grains", "--value", str(values[1])]
    growth_turn.main([*given, "--output", str(tmp_path / "turned.yaml")])
    assert yaml.safe_load((tmp_path / "turned.yaml").read_text())["structure"]["grains"] == kept[1]


def test_names_of_values_can_be_parts_of_paths_and_differ():
    values = (-2.0, 1e-7, 0.5, 2.0, 2.5, 1e20)
    names = [Dial("case", "key", values).name_at(value) for value in values]
    assert names[2:5] == ["case_key_0p5", "case_key_2", "case_key_2p5"]
    assert all(name.isidentifier() for name in names)
    assert len(set(names)) == len(names)
    with pytest.raises(ValueError, match="alike in six digits"):
        Dial("case", "key", (1.0, 1.0000001))


def test_a_dial_needs_test_simulations(plan):
    own = plan.cases.dataset("tiny_bimodal")
    none = dataclasses.replace(own, simulations=dataclasses.replace(own.simulations, test=0, train=1))
    described = {name: plan.cases.dataset(name) for name in plan.experiment.main_datasets} | {"tiny_bimodal": none}
    with pytest.raises(GraincastError, match=r"tiny_bimodal\.yaml: key 'simulations': test is 0"):
        fit_together.check(plan.experiment, described, {name: plan.model(name) for name in plan.experiment.models})


ONE = {"case": "tiny_bimodal", "key": "size_ratio", "values": [2.0, 3.0]}


@pytest.mark.parametrize(
    ("dials", "words"),
    [
        ([ONE | {"case": "mars"}], r"key 'dials': there is no config/growth/datasets/mars\.yaml"),
        ([ONE | {"values": [2.0]}], "'tiny_bimodal' needs two values or more that grow"),
        ([ONE | {"values": [2.0, 2.0]}], "that grow"),
        ([ONE | {"values": [4.0, 2.0]}], "that grow"),
        ([ONE | {"values": [2.0, "large"]}], "is 'large'"),
        ([{"case": "tiny_bimodal", "values": [2.0, 3.0]}], "missing key 'key'"),
        ([ONE | {"key": "size_ration"}], r"tiny_bimodal\.yaml, 'structure': key 'size_ration' is missing"),
        ([ONE | {"key": "law"}], "key 'law' is 'bimodal', no number"),
        ([ONE | {"key": "coarse_share"}], r"tiny_bimodal\.yaml with a dial's coarse_share of 2, .* coarse_share < 1"),
        ([ONE | {"key": "grains", "values": [20, 20.5]}], r"key 'grains' is 20\.5"),
        ([ONE | {"case": "measured", "key": "margin"}], "measured maps are as they are"),
        ([ONE, ONE], "each setting of a case once"),
        ({"one": ONE}, "expected a list"),
    ],
)
def test_a_wrong_dial_is_refused_before_any_job_in_one_line(monkeypatch, dials, words):
    monkeypatch.chdir(PROJECT)
    with pytest.raises(GraincastError, match=words) as error:
        planned(dials).check()
    assert "\n" not in str(error.value)


def test_a_dry_run_tells_of_a_wrong_dial_in_one_line(project):
    setting = SETTING.format(case="tiny_bimodal", key="coarse_share", values="[0.2, 3.0]")
    (project.root / "mine.yaml").write_text(setting)
    done = project.snakemake(*TINY, "mine.yaml", "--dry-run", check=False)
    assert done.returncode != 0
    assert (
        "error: config/growth/datasets/tiny_bimodal.yaml with a dial's coarse_share of 3, 'structure': " in done.stderr
    )


def test_a_data_set_in_the_place_of_a_turned_one_is_refused(monkeypatch, tmp_path):
    shutil.copytree(PROJECT / "config", tmp_path / "config")
    monkeypatch.chdir(tmp_path)
    assert planned([ONE]).cases.dial_cases == ["tiny_bimodal_size_ratio_2"]  # 3 is the case itself
    folder = Path("config/growth/datasets")
    shutil.copy(folder / "tiny_bimodal.yaml", folder / "tiny_bimodal_size_ratio_2.yaml")
    with pytest.raises(GraincastError, match=r"size_ratio_2\.yaml: is also what a dial of 'dials' makes"):
        planned([ONE])


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("table: config/maps.csv", "table: elsewhere/maps.csv", "other.yaml, 'structure': keys 'table' and 'mirror'"),
        ("mirror: ../shared/data", "mirror: here", "keys 'table' and 'mirror' are config/maps.csv and 'here'"),
        ("table: config/maps.csv", "table: none.csv", "none.csv: names no map"),
        ("table: config/maps.csv", "table: absent.csv", "absent.csv: is not a readable CSV table"),
    ],
)
def test_tables_of_maps_are_looked_at_before_any_job(monkeypatch, tmp_path, before, after, words):
    shutil.copytree(PROJECT / "config", tmp_path / "config")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "none.csv").write_text(",".join(map_table.COLUMNS) + "\n")
    text = Path("config/growth/datasets/measured.yaml").read_text()
    assert before in text
    Path("config/growth/datasets/other.yaml").write_text(text.replace(before, after))
    with pytest.raises(GraincastError) as error:
        Plan(tiny.SECTION | {"cases": [*tiny.CASES, "measured", "other"]}, [Path("config/tiny.yaml")])
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_the_points_of_a_dial_are_means_of_the_first_seed_and_the_anchor_has_no_setting(chosen):
    def value(case, _, seed, structure):
        return 0.1 * (case == TURNED) + 0.01 * structure + 10 * (seed == 1)

    scores = scores_of(["tiny_normal", *CASES], ["persistence", "mean_field"], [0, 1], value)
    points = dials.points(scores, chosen, [CASES])
    found = points.query("model == 'persistence' and score == 'ssim'").set_index("case")
    assert found["mean"].to_dict() == pytest.approx({"tiny_bimodal": 0.005, TURNED: 0.105, "tiny_normal": 0.005})
    assert found["setting"].loc[list(CASES)].to_list() == [3.0, 5.0]
    assert np.isnan(found["setting"]["tiny_normal"])
    assert found["structures"].eq(2).all()
    assert set(points["model"]) == {"persistence", "mean_field"}


def test_models_trained_on_other_data_are_not_in_a_dial(chosen):
    scores = scores_of(["tiny_normal", *CASES], ["persistence"], [0], lambda *_: 1.0)
    other = scores.assign(dataset="elsewhere", value=5.0)
    points = dials.points(pd.concat([scores, other]), chosen, [CASES])
    assert points["mean"].eq(1.0).all()


def test_without_dials_there_is_neither_point_nor_section(chosen):
    none = dataclasses.replace(chosen, dials=())
    points = dials.points(scores_of(["tiny_normal"], ["persistence"], [0], lambda *_: 1.0), none, [])
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
    (reached.root / "mine.yaml").write_text(SETTING.format(case="tiny_bimodal", key="size_ratio", values="[3.0, 5.0]"))
    before = reached.tables()
    jobs = jobs_in(reached.snakemake(*TINY, "mine.yaml", "--cores", "2").stderr)
    assert jobs == sorted(
        [
            "front_page",
            f"growth_bound {tiny.DATASET}/{TURNED}",
            *(f"growth_evaluate {model}/{tiny.DATASET}/{tiny.SEEDS[0]}/{TURNED}" for model in tiny.MODELS),
            f"growth_prepare {TURNED}",
            "growth_report",
            f"growth_simulate {TURNED}/0",
            f"growth_simulate {TURNED}/1",
            f"growth_turn {TURNED}",
        ]
    )
    after, report = reached.tables(), reached.root / "results/growth/report"
    for name in ("dials", "left_out"):  # which say that there is a dial
        before.pop(f"results/growth/report/tables/{name}.parquet", None)
    assert {name: after[name] for name in before} == before  # all other tables of the report included
    turned = pd.read_csv(report / "tables/dials.csv")
    assert sorted(turned["setting"].dropna().unique()) == [3.0, 5.0]
    assert set(turned["model"]) >= {*tiny.MODELS, "mean_field", "pixels"}
    page = (report / "index.html").read_text()
    assert "Score against shift" in page
    assert "Bimodal grain structure" in page
    sections = re.split("<h2 id=", page)[1:]
    named = {section.split('"')[1] for section in sections if TURNED in section}
    assert named <= {"dials", "left_out", "provenance"}
    assert jobs_in(reached.snakemake(*TINY, "mine.yaml", "--cores", "2").stderr) == []
