"""Which files decide each job of the segmentation study, and what is refused before any job starts."""

import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from conftest import PROJECT
from graincast.base import sources, specs
from graincast.base.errors import GraincastError
from graincast.material.measured import map_table
from graincast.segmentation import catalogue, experiment
from graincast.segmentation.concepts import recipe
from graincast.segmentation.experiment import Turned
from graincast.segmentation.plan import Plan

TINY = Path("config/tiny.yaml")
LARGE = (Path("config/config.yaml"), Path("config/hour.yaml"))
MAPS = {"table": "config/tiny_quality_maps.csv", "mirror": "", "enlarged": 2.0, "sizes": [64]}
TRACED = {"table": "config/tiny_micrographs.csv", "mirror": "", "fields": []}
WEIGHTS = "results/segmentation/training/{}/weights.safetensors"


@pytest.fixture
def section(monkeypatch):
    """The segmentation study of the tiny experiment."""
    monkeypatch.chdir(PROJECT)
    return specs.read_yaml(TINY)["segmentation"]


@pytest.fixture
def hour(monkeypatch):
    """The plan of the largest run for two cores."""
    monkeypatch.chdir(PROJECT)
    default, larger = (specs.read_yaml(path)["segmentation"] for path in LARGE)
    return Plan(default | larger, LARGE)


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


def test_the_first_model_of_a_kind_goes_every_way_and_the_others_the_first_that_is_called_after_their_kind(section):
    ways = ["canny", "net2", "net1_watershed", "net1", "instances_mirrored", "instances"]
    models = {"guessers": ["tiny_net1", "net1"], "partitioners": ["tiny_affinities", "affinities"]}
    plan = planned(section, **models, seeds=[3, 4], ways=ways)
    assert plan.ways("{way}/{model}/{seed}") == [
        "canny/none/0",
        "net2/tiny_net2/3",  # needs a guesser too, but is not called after it
        "net2/tiny_net2/4",
        "net1_watershed/tiny_net1/3",
        "net1_watershed/tiny_net1/4",
        "net1_watershed/net1/3",
        "net1/tiny_net1/3",
        "net1/tiny_net1/4",
        "instances_mirrored/tiny_affinities/3",
        "instances_mirrored/tiny_affinities/4",
        "instances_mirrored/affinities/3",
        "instances/tiny_affinities/3",
        "instances/tiny_affinities/4",
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
    plan, canny = planned(section), job(way="canny")
    assert dict(zip(plan.case_names(canny), plan.cases(canny), strict=True)) == {
        "tiny_concepts": "results/segmentation/data/tiny_concepts/test.npz",
        "noise_variance": "results/segmentation/cases/noise_variance.npz",
        "measured": "results/segmentation/cases/measured.npz",
        "traced": "results/segmentation/data/traced/test.npz",
    }
    assert plan.dial("noise_variance") == Turned("noise.variance", (0.0, 0.03))
    assert plan.maps() == ["results/measured/tiny_quality_maps/simulated_quality.npz"]


@pytest.mark.parametrize("way", ["net2", "net1_watershed", "instances", "net1", "oracle", "closed", "vote"])
def test_only_what_mends_a_guess_is_scored_on_damaged_ones(section, way):
    plan, asked = planned(section), job(way=way)
    damaged = way in ("net2", "net1_watershed")
    assert plan.case_names(asked) == [*plan.case_names(job(way="canny")), *["damaged"] * damaged]
    damaged_files = ["results/segmentation/cases/damaged.npz"] * damaged
    assert plan.cases(asked) == [*plan.cases(job(way="canny")), *damaged_files]


def test_a_model_is_taught_on_its_own_data_set_and_what_is_not_named_on_the_study_s(section):
    models = {"guessers": ["tiny_net1", "net1"], "partitioners": ["tiny_affinities", "affinities", "affinities_grey"]}
    plan = planned(section, **models, taught_on={"net1": "no_ties", "affinities": "no_ties"})
    learned_from = {model: plan.experiment.learned_from(model) for model in plan.experiment.models}
    assert learned_from == {
        "tiny_net1": "tiny_concepts",
        "net1": "no_ties",
        "tiny_net2": "guessed",
        "tiny_affinities": "tiny_concepts",
        "affinities": "no_ties",
        "affinities_grey": "tiny_concepts",
    }
    assert plan.trainings("{model}/{dataset}/{seed}") == [f"{model}/{what}/0" for model, what in learned_from.items()]
    assert plan.experiment.drawn == ("tiny_concepts", "no_ties")
    assert planned(section, **models).experiment.drawn == ("tiny_concepts",)
    assert plan.weights_of_segmenter(job(model="affinities", seed="7")) == WEIGHTS.format("affinities/no_ties/7")
    assert plan.weights_of(job(way="net1", model="net1", seed="7")) == [WEIGHTS.format("net1/no_ties/7")]
    described = json.loads(plan.configuration([TINY]))["files"]
    assert "config/segmentation/datasets/no_ties.yaml" in described


def test_an_experiment_that_names_no_other_data_set_teaches_all_on_its_own(section):
    assert "taught_on" not in section
    assert planned(section).experiment.taught_on == {}


def test_traced_fields_are_scored_learned_from_or_judged_by(section):
    fields = {"fields": ["field_10"], "train": ["field_11", "field_13"], "validation": ["field_14"]}
    plan = planned(section, traced=TRACED | fields | {"table": "config/micrographs.csv"})
    splits = {"test": fields["fields"], **{split: fields[split] for split in ("train", "validation")}}
    for what in ("pictures", "masks"):
        files = {
            split: [f"results/fetched/micrographs/{name}_{what}.csv" for name in names]
            for split, names in splits.items()
        }
        for split in splits:
            assert plan.traced(what, split) == plan.traced_by_split(what)(job(split=split)) == files[split]
    beside = {split: plan.beside_traced(job(split=split)) for split in ("train", "validation")}
    assert beside == {"train": ["results/segmentation/data/tiny_concepts/train.npz"], "validation": []}


def test_the_largest_run_learns_from_data_sets_without_a_concept_and_from_traced_micrographs(hour):
    assert hour.experiment.learned_from("traced_affinities") == "traced"
    assert hour.experiment.learned_from("affinities_no_depth") == "no_depth"
    assert hour.experiment.drawn == ("concepts", "no_depth", "no_ties", "one_size", "one_throw", "no_noise")
    assert hour.trainings(WEIGHTS.format("{model}/{dataset}/{seed}")) == [
        WEIGHTS.format(name)
        for name in (
            *(f"hour_net1/concepts/{seed}" for seed in range(3)),
            *(f"hour_net2/guessed/{seed}" for seed in range(3)),
            "hour_net2_bridge/guessed/0",
            *(f"hour_affinities/concepts/{seed}" for seed in range(3)),
            "hour_looks/concepts/0",
            "traced_affinities/traced/0",
            *(f"affinities{seen}/concepts/0" for seen in ("", "_grey", "_edges", "_sobel", "_laplacian", "_canny")),
            *(f"affinities_{name}/{name}/0" for name in ("no_depth", "no_ties", "one_size", "one_throw", "no_noise")),
        )
    ]
    described = json.loads(hour.configuration(LARGE))["files"]
    datasets = [Path(file).stem for file in described if "segmentation/datasets" in file]
    assert datasets == list(hour.experiment.drawn)
    assert all(Path(file).is_file() for file in described)


def test_each_way_of_the_largest_run_is_gone_by_models_that_it_trains(hour):
    gone = [name.split("/") for name in hour.ways("{way}/{model}/{seed}")]
    assert len(set(map(tuple, gone))) == len(gone)
    walkers = {}
    for way, model, seed in gone:
        walkers.setdefault(way, []).append((model, int(seed)))
    assert list(walkers) == list(hour.experiment.ways)

    def by_every_seed(model):
        return [(model, seed) for seed in (0, 1, 2)]

    others = [(model, 0) for model in hour.experiment.partitioners[1:]]
    assert len(others) == 13
    assert walkers["instances"] == [*by_every_seed("hour_affinities"), *others]
    assert walkers["instances_mirrored"] == by_every_seed("hour_affinities")
    assert walkers["net2"] == [*by_every_seed("hour_net2"), ("hour_net2_bridge", 0)]
    assert walkers["net1"] == walkers["net1_watershed"] == by_every_seed("hour_net1")
    assert all(walkers[way] == [("none", 0)] for way in hour.experiment.ways if not catalogue.needs(way))
    trained = set(hour.trainings(WEIGHTS.format("{model}/{dataset}/{seed}")))
    for way, model, seed in gone:
        if catalogue.needs(way):
            assert set(hour.weights_of(job(way=way, model=model, seed=seed))) <= trained
    for name in hour.segmenters("{model}/{seed}"):
        model, seed = name.split("/")
        assert hour.weights_of_segmenter(job(model=model, seed=seed)) in trained


def test_fields_that_are_scored_are_none_that_models_learn_from_and_together_they_are_all_that_are_known(hour):
    splits = {split: hour.experiment.traced.of_split(split) for split in recipe.SPLITS}
    every = [name for names in splits.values() for name in names]
    assert min(map(len, splits.values())) >= 1
    assert len(set(every)) == len(every) == 14
    named = [row.name for row in map_table.load_all(hour.traced_table)]
    assert sorted(every) == sorted({re.sub(r"_(pictures|masks)$", "", name) for name in named})
    records = [
        Path(file).stem for split in splits for what in ("pictures", "masks") for file in hour.traced(what, split)
    ]
    assert sorted(records) == sorted(named)


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


TWO = {"guessers": ["tiny_net1", "net1"], "repairers": ["tiny_net2", "net2"]}
OTHERS = "key 'taught_on' is for guessers and partitioners after the first; found "
GROW = "key 'damages' needs one strength or more, from 0 on, that grow; found "


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"taught_on": {"tiny_net1": "no_ties"}}, f"{OTHERS}['tiny_net1']"),
        ({"taught_on": {"tiny_affinities": "no_ties"}}, f"{OTHERS}['tiny_affinities']"),
        ({"taught_on": {"net2": "no_ties", "net1": "no_ties"}}, f"{OTHERS}['net2']"),
        ({"taught_on": {"net7": "no_ties"}}, f"{OTHERS}['net7']"),
        ({"taught_on": {"net1": "mars"}}, "key 'taught_on': there is no config/segmentation/datasets/mars.yaml"),
        ({"taught_on": {"net1": "../mars"}}, "the name '../mars' cannot be part of a path here"),
        ({"taught_on": {"net1": 3}}, "the name '3' cannot be part of a path here"),
        ({"taught_on": ["net1"]}, "key 'taught_on' is ['net1'] (list), expected dict"),
        ({"taught_on": {"net1": "traced"}}, "['net1']: 'traced' needs fields in 'train' and 'validation'"),
        (
            {"taught_on": {"net1": "traced"}, "traced": TRACED | {"train": ["moon"]}},
            "['net1']: 'traced' needs fields in 'train' and 'validation'",
        ),
        (
            {"taught_on": {"net1": "traced"}, "traced": TRACED | {"validation": ["moon"]}},
            "['net1']: 'traced' needs fields in 'train' and 'validation'",
        ),
        ({"damages": []}, f"{GROW}[]"),
        ({"damages": [-0.1, 0.5]}, f"{GROW}[-0.1, 0.5]"),
        ({"damages": [0.0, 0.5, 0.5]}, f"{GROW}[0.0, 0.5, 0.5]"),
        ({"damages": [0.5, 0.1]}, f"{GROW}[0.5, 0.1]"),
        ({"damages": ["much"]}, "key 'damages' is 'much' (str), expected float"),
        *(
            (
                {"traced": TRACED | {one: ["moon"], other: ["sun", "moon"]}},
                "'traced': a field is scored, learned from or judged by, one of these; found ['",
            )
            for one, other in (("fields", "train"), ("fields", "validation"), ("train", "validation"))
        ),
        ({"traced": TRACED | {"train": ["moon", "moon"]}}, "one of these; found ['moon', 'moon']"),
        *(
            ({"traced": TRACED | {split: ["moon"]}}, "config/tiny_micrographs.csv has no row 'moon_pictures'")
            for split in ("train", "validation")
        ),
        ({"traced": TRACED | {"train": ["none"]}}, "config/tiny_micrographs.csv has no row 'none_masks'"),
    ],
)
def test_what_cannot_be_taught_or_damaged_is_refused_in_one_line_before_any_job_starts(section, changed, words):
    assert words in refusal(section, **TWO, **changed)


def test_any_strength_of_damage_may_be_the_only_one(section):
    assert planned(section, damages=[0.0]).experiment.damages == (0.0,)
    assert planned(section, damages=[0.3, 2.0]).experiment.damages == (0.3, 2.0)


def test_data_sets_that_models_are_taught_on_are_read_before_any_job_starts(section, tmp_path, monkeypatch):
    (tmp_path / "config").mkdir()
    for path in (PROJECT / "config").iterdir():
        (tmp_path / "config" / path.name).symlink_to(path)
    (tmp_path / "config/segmentation").unlink()
    datasets = tmp_path / "config/segmentation/datasets"
    datasets.mkdir(parents=True)
    (tmp_path / "config/segmentation/models").symlink_to(PROJECT / "config/segmentation/models")
    for path in (PROJECT / "config/segmentation/datasets").glob("*.yaml"):
        (datasets / path.name).write_text(path.read_text())
    monkeypatch.chdir(tmp_path)
    planned(section, **TWO, taught_on={"net1": "no_ties"})
    text = (datasets / "no_ties.yaml").read_text()
    (datasets / "no_ties.yaml").write_text(text.replace("ties: 0.0", "ties: 7.0"))
    assert "config/segmentation/datasets/no_ties.yaml, 'greys':" in refusal(
        section, **TWO, taught_on={"net1": "no_ties"}
    )


def test_a_missing_and_an_unknown_key_name_file_and_cure(section, tmp_path):
    del section["dialled"]
    assert "config/tiny.yaml, 'segmentation': missing key 'dialled'" in refusal(section)
    path = tmp_path / "mine.yaml"
    path.write_text(TINY.read_text().replace("repairers:", "repairer:"))
    with pytest.raises(GraincastError, match=r"mine\.yaml, 'segmentation': unknown key 'repairer' .did you mean"):
        Plan(specs.read_yaml(path)["segmentation"], [path])


@pytest.mark.parametrize(
    "named", [{"dataset": "traced"}, {"dataset": "guessed"}, {"taught_on": {"second_affinities": "guessed"}}]
)
def test_what_is_drawn_is_not_called_as_what_the_study_makes_itself(section, named):
    partitioners = [*section["partitioners"], "second_affinities"]
    with pytest.raises(GraincastError, match="cannot be called 'traced' or 'guessed'"):
        experiment.build(section | {"partitioners": partitioners} | named, [PROJECT / "config/tiny.yaml"])
