"""The segmentation study as a whole, on its tiny configuration: one command, from concepts to the page."""

import json

import pytest

from conftest import copy_project
from graincast.base import table
from graincast.segmentation.data import known_pictures

WAYS = {
    "instances/tiny_affinities",
    "net2/tiny_net2",
    "net1_watershed/tiny_net1",
    "net1/tiny_net1",
    "canny",
    "oracle",
    "closed",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The study, run to its end once. Never changed: copy it."""
    project = copy_project(tmp_path_factory.mktemp("segmentation") / "project", studies="segmentation")
    return project, project.run("--cores", "2")


@pytest.fixture(scope="module")
def scores(made):
    project, _ = made
    return table.read_all(sorted((project.root / "results/segmentation/scores").rglob("*.parquet")))


def test_one_command_makes_the_page_and_all_that_it_shows(made):
    project, jobs = made
    folder = project.root / "results/segmentation/report"
    page = (folder / "index.html").read_text()
    for title in (
        "What to trust",
        "How good are the grains?",
        "How far does it carry?",
        "Strong and weak boundaries",
        "Is it repaired?",
        "How sure is it?",
        "How fast is it?",
        "Training",
        "What was drawn, and what is assumed",
        "Provenance",
    ):
        assert f">{title}<" in page
    charts = ("errors_drawn", "errors_measured", "dials", "passes", "damage", "reliability", "speed")
    for figure in ("wall_of_pictures", "stages", *charts):
        assert (folder / "figures" / f"{figure}.png").stat().st_size > 1000
    front = json.loads((folder / "front.json").read_text())
    assert front["study"] == "segmentation"
    assert "adapted Rand error" in front["sentence"]
    assert sum(job.startswith("segmentation_evaluate") for job in jobs) == len(WAYS)
    assert sum(job.startswith("train segmentation/") for job in jobs) == 3


def test_every_way_has_rows_of_the_one_table_for_every_case_and_place_on_a_dial(scores):
    assert set(scores["study"]) == {"segmentation"}
    assert set(scores["dataset"]) == {"tiny_concepts"}
    assert set(scores["model"]) == WAYS
    for way in WAYS:
        here = scores[(scores["model"] == way) & (scores["score"] == "rand_error")]
        assert here["value"].between(0, 1).all()
        samples = here.groupby(["case", "step"])["sample"].nunique()
        assert samples["tiny_concepts", 0] == 4
        assert [samples["noise_variance", step] for step in (0, 1)] == [2, 2]
        assert samples.loc["measured simulated_quality"].sum() >= 1
        assert ("damaged" in samples.index.levels[0]) == (way.split("/")[0] in ("net2", "net1_watershed"))
    passes = scores[scores["score"] == "passes"]
    assert set(passes["model"]) == {"net2/tiny_net2"}
    assert passes["value"].between(1, 40).all()


def test_the_oracle_is_ahead_of_all_and_noise_does_not_touch_it(scores):
    errors = scores[scores["score"] == "rand_error"].groupby(["model", "case", "step"])["value"].mean()
    home = errors.xs("tiny_concepts", level="case").droplevel("step")
    assert home.drop("closed").idxmin() == "oracle"
    dial = errors.xs("noise_variance", level="case").unstack("step")
    assert dial.loc["oracle", 0] == dial.loc["oracle", 1]
    assert dial.loc["canny", 1] > dial.loc["canny", 0]


def test_no_two_splits_share_a_picture_and_repairers_see_guesses_of_each(made):
    project, _ = made
    folder = project.root / "results/segmentation/data"
    names = ("train", "validation", "test")
    splits = {name: known_pictures.read(folder / f"tiny_concepts/{name}.npz") for name in names}
    every = [picture.labels.tobytes() for split in splits.values() for picture in split]
    assert [len(split) for split in splits.values()] == [8, 2, 4]
    assert len(set(every)) == len(every)
    for name in names[:2]:
        guessed = known_pictures.read(folder / f"guessed/{name}.npz")
        assert [picture.labels.tobytes() for picture in guessed] == [one.labels.tobytes() for one in splits[name]]
        assert all(picture.guess.std() > 0 for picture in guessed)


def test_a_finished_study_has_nothing_to_do_and_an_edit_reruns_what_it_can_change(made, tmp_path):
    project = made[0].copy(tmp_path / "edited")
    assert project.planned() == []
    ways = "workflow/graincast/segmentation/ways"
    project.edit(f"{ways}/ridges.py", "WIDTHS = (1.5, 2.5)", "WIDTHS = (1.5, 3.5)")
    assert project.planned() == []  # the tiny study does not go that way
    project.edit(f"{ways}/canny.py", "> 0)", "> 0.5)")
    assert project.planned() == ["front_page", "segmentation_evaluate canny/none/0", "segmentation_report"]
    project.edit("config/segmentation/models/tiny_net1.yaml", "learning_rate: 3.0e-3", "learning_rate: 2.0e-3")
    planned = project.planned()
    assert "train segmentation/tiny_net1/tiny_concepts/0" in planned
    assert "segmentation_evaluate net2/tiny_net2/0" in planned
    assert not any("affinities" in job for job in planned)
