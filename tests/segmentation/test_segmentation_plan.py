"""Which files decide each job of the segmentation study, and what is refused before any job starts."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from conftest import PROJECT
from graincast.base import sources, specs
from graincast.base.errors import GraincastError
from graincast.segmentation.experiment import Turned
from graincast.segmentation.plan import Plan

TINY = Path("config/tiny.yaml")
MAPS = {"table": "config/tiny_quality_maps.csv", "mirror": "", "enlarged": 2.0, "sizes": [64]}
TRACED = {"table": "config/tiny_micrographs.csv", "mirror": "", "fields": []}
WEIGHTS = "results/segmentation/training/{}/weights.safetensors"


@pytest.fixture
def section(monkeypatch):
    """The segmentation study of the tiny experiment."""
    monkeypatch.chdir(PROJECT)
    return specs.read_yaml(TINY)["segmentation"]


def planned(section, **changed):
    return Plan(section | changed, [TINY])


def refusal(section, **changed):
    with pytest.raises(GraincastError) as said:
        planned(section, **changed)
    assert "\n" not in str(said.value)
    return str(said.value)


def job(**wildcards):
    return SimpleNamespace(**wildcards)


def test_the_first_of_a_kind_is_trained_by_every_seed_and_repairers_from_guesses(section):
    plan = planned(section, guessers=["tiny_net1", "net1"], seeds=[3, 4])
    assert plan.trainings("{model}/{dataset}/{seed}") == [
        "tiny_net1/tiny_concepts/3",
        "tiny_net1/tiny_concepts/4",
        "net1/tiny_concepts/3",
        "tiny_net2/guessed/3",
        "tiny_net2/guessed/4",
        "tiny_affinities/tiny_concepts/3",
        "tiny_affinities/tiny_concepts/4",
    ]
    assert plan.guessing() == WEIGHTS.format("tiny_net1/tiny_concepts/3")


def test_every_way_is_gone_by_every_training_of_the_model_that_it_is_called_after(section):
    plan = planned(section, guessers=["tiny_net1", "net1"], seeds=[3, 4], ways=["net1", "net2", "canny"])
    assert plan.ways("{way}/{model}/{seed}") == [
        "net1/tiny_net1/3",
        "net1/tiny_net1/4",
        "net1/net1/3",
        "net2/tiny_net2/3",
        "net2/tiny_net2/4",
        "canny/none/0",
    ]


def test_a_way_needs_the_weights_of_its_kinds_in_their_order(section):
    plan = planned(section, seeds=[3, 4])
    assert plan.weights_of(job(way="net2", model="tiny_net2", seed="4")) == [
        WEIGHTS.format("tiny_net1/tiny_concepts/4"),
        WEIGHTS.format("tiny_net2/guessed/4"),
    ]
    assert plan.kinds_of(job(way="net2")) == ("guesser", "repairer")
    assert plan.weights_of(job(way="canny", model="none", seed="0")) == []
    assert plan.kinds_of(job(way="canny")) == ()


def test_ways_are_scored_on_what_is_drawn_on_dials_and_on_real_pictures(section):
    plan = planned(section)
    assert dict(zip(plan.case_names(), plan.cases(), strict=True)) == {
        "tiny_concepts": "results/segmentation/data/tiny_concepts/test.npz",
        "noise_variance": "results/segmentation/cases/noise_variance.npz",
        "measured": "results/segmentation/cases/measured.npz",
        "traced": "results/segmentation/cases/traced.npz",
    }
    assert plan.dial("noise_variance") == Turned("noise.variance", (0.0, 0.03))
    assert plan.maps() == ["results/measured/tiny_quality_maps/simulated_quality.npz"]


def test_the_code_of_a_job_is_that_of_its_way_and_its_models(section):
    plan = planned(section)
    code = plan.code_of_way("segmentation_evaluate.py")
    digests = {
        way: code(job(way=way, model=model, seed="0"))
        for way, model in (("canny", "none"), ("sobel", "none"), ("net1", "tiny_net1"), ("net2", "tiny_net2"))
    }
    assert len(set(digests.values())) == len(digests)
    assert code(job(way="canny", model="none", seed="1")) == digests["canny"]
    script, ways = sources.LIBRARY.parent / "segmentation_evaluate.py", sources.LIBRARY / "segmentation/ways"
    of_models = [sources.LIBRARY / f"segmentation/models/{name}.py" for name in ("net1", "net2")]
    assert digests["net2"] == sources.code_digest(script, ways / "net2.py", *of_models)
    assert digests["net2"] != sources.code_digest(script, ways / "net2.py")
    assert [path.name for path in plan.model_code("tiny_net2")] == ["net2.py"]
    assert len(plan.code_of_guess("segmentation_guess.py")) == len(digests["canny"])


def test_the_page_says_which_files_describe_the_experiment(section):
    found = json.loads(planned(section).configuration([Path("config/config.yaml"), TINY]))
    assert found["merged_from"] == ["config/config.yaml", "config/tiny.yaml"]
    assert found["experiment"]["dialled"] == 2
    assert {
        "config/tiny.yaml",
        "config/segmentation/datasets/tiny_concepts.yaml",
        "config/segmentation/models/tiny_net2.yaml",
        "config/tiny_quality_maps.csv",
    } <= set(found["files"])
    assert all(Path(file).is_file() for file in found["files"])


def test_settings_of_every_model_are_looked_at_before_a_run(section, tmp_path, monkeypatch):
    plan = planned(section)
    plan.check()
    text = (PROJECT / "config/segmentation/models/tiny_net2.yaml").read_text().replace("mistakes: 0.3", "mistakes: 3.0")
    broken = tmp_path / "config/segmentation/models"
    broken.mkdir(parents=True)
    for path in (PROJECT / "config/segmentation/models").glob("tiny_*.yaml"):
        (broken / path.name).write_text(text if path.stem == "tiny_net2" else path.read_text())
    for name in ("config/tiny.yaml", "config/tiny_quality_maps.csv", "config/tiny_micrographs.csv"):
        (tmp_path / name).write_text((PROJECT / name).read_text())
    (tmp_path / "config/segmentation/datasets").symlink_to(PROJECT / "config/segmentation/datasets")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(GraincastError, match=r"^config/segmentation/models/tiny_net2\.yaml.*'mistakes' in 0\.\.1"):
        planned(section).check()


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("ways", ["cany"], "key 'ways': there is no way 'cany' in"),
        ("ways", ["canny", "canny"], "key 'ways' needs one entry or more, each once"),
        ("ways", [], "key 'ways' needs one entry or more"),
        ("guessers", ["net7"], "key 'guessers': there is no config/segmentation/models/net7.yaml"),
        ("repairers", ["net7"], "key 'repairers': there is no config/segmentation/models/net7.yaml"),
        ("partitioners", ["net7"], "key 'partitioners': there is no config/segmentation/models/net7.yaml"),
        ("partitioners", ["tiny_net1"], "each model has one name of its own"),
        ("guessers", ["../net1"], "the name '../net1' cannot be part of a path"),
        ("dataset", "mars", "key 'dataset': there is no config/segmentation/datasets/mars.yaml"),
        ("seeds", [0, -1], "'seeds' from 0 on"),
        ("dialled", 0, "'dialled' of 1 or more"),
        ("dials", [{"key": "noise.loudness", "values": [0.0, 0.1]}], "has no setting 'noise.loudness' to turn"),
        ("dials", [{"key": "noise.variance", "values": [0.0, 0.9]}], "noise.variance = 0.9, 'noise': expected"),
        ("dials", [{"key": "noise.variance", "values": [0.1, 0.1]}], "two values or more that grow; found [0.1, 0.1]"),
        ("dials", [{"key": "noise.variance", "values": [0.1]}], "two values or more that grow"),
        ("dials", [{"key": "noise variance", "values": [0.0, 0.1]}], "a dial needs a key such as noise.variance"),
        ("measured", MAPS | {"table": "config/none.csv"}, "config/none.csv"),
        ("measured", MAPS | {"enlarged": 0.5}, "'enlarged' from 1 on"),
        ("measured", MAPS | {"sizes": [8]}, "'sizes' of 64 pixels or more"),
        ("traced", TRACED | {"fields": ["moon"]}, "config/tiny_micrographs.csv has no row 'moon_pictures'"),
    ],
)
def test_what_cannot_be_run_is_refused_in_one_line_before_any_job_starts(section, key, value, words):
    assert words in refusal(section, **{key: value})


def test_a_missing_and_an_unknown_key_name_file_and_cure(section, tmp_path):
    del section["dialled"]
    assert "config/tiny.yaml, 'segmentation': missing key 'dialled'" in refusal(section)
    path = tmp_path / "mine.yaml"
    path.write_text(TINY.read_text().replace("repairers:", "repairer:"))
    with pytest.raises(GraincastError, match=r"mine\.yaml, 'segmentation': unknown key 'repairer' .did you mean"):
        Plan(specs.read_yaml(path)["segmentation"], [path])
