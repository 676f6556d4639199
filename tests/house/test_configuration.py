"""A wrong configuration ends in one line that names file, key and cure, before any job starts."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from snakemake.utils import update_config

from conftest import PROJECT, TINY, Project, jobs_in
from graincast.base import console, specs, study
from graincast.base.errors import GraincastError
from graincast.generation import experiment as generation
from graincast.generation import training_section as generation_training
from graincast.growth import experiment, stages
from graincast.material import datasets
from graincast.segmentation import experiment as segmentation
from graincast.segmentation import training_section as segmentation_training
from graincast.segmentation.concepts import recipe

WRONG = {
    "unknown key": (
        "config/tiny.yaml",
        "seeds: [0, 1]",
        "sedes: [0, 1]",
        ["config/tiny.yaml", "unknown key 'sedes'", "did you mean 'seeds'?"],
    ),
    "wrong type": (
        "config/tiny.yaml",
        "seeds: [0, 1]",
        "seeds: 3",
        ["config/tiny.yaml", "'seeds'", "3 (int)", "expected a list"],
    ),
    "wrong type in a list": (
        "config/tiny.yaml",
        "seeds: [0, 1]",
        "seeds: [0, one]",
        ["config/tiny.yaml", "'seeds'", "'one' (str)", "expected int"],
    ),
    "a data set that is not there": (
        "config/tiny.yaml",
        "cases: [tiny_normal, tiny_bimodal]",
        "cases: [tiny_normal, mars]",
        ["config/tiny.yaml", "'cases'", "no config/growth/datasets/mars.yaml", "tiny_bimodal"],
    ),
    "a model that is not there": (
        "config/tiny.yaml",
        "models: [persistence, tiny_local_rule, tiny_boundary_attention]",
        "models: [oracle]",
        ["config/tiny.yaml", "'models'", "no config/growth/models/oracle.yaml", "persistence"],
    ),
    "twice the same seed": (
        "config/tiny.yaml",
        "seeds: [0, 1]",
        "seeds: [1, 1]",
        ["config/tiny.yaml", "'seeds'", "each once"],
    ),
    "a missing key of a data set": (
        "config/growth/datasets/tiny_normal.yaml",
        "equilibration: 0.1",
        "",
        ["config/growth/datasets/tiny_normal.yaml", "missing key 'equilibration'"],
    ),
    "an unknown key of a size law": (
        "config/growth/datasets/tiny_normal.yaml",
        "spread: 0.35",
        "width: 0.35",
        ["config/growth/datasets/tiny_normal.yaml", "'structure'", "unknown key 'width'"],
    ),
    "a solver that is not there": (
        "config/growth/datasets/tiny_normal.yaml",
        "name: front_tracking",
        "name: magic",
        [
            "config/growth/datasets/tiny_normal.yaml",
            "no 'magic' in workflow/graincast/material/solvers",
            "front_tracking",
        ],
    ),
    "an impossible segment": (
        "config/growth/datasets/tiny_normal.yaml",
        "segment: 0.15",
        "segment: 1.5",
        ["config/growth/datasets/tiny_normal.yaml", "'solver'", "'segment' is 1.5", "0.02 to 0.4"],
    ),
    "an unknown unit": (
        "config/growth/datasets/tiny_normal.yaml",
        "name: mean_grain",
        "name: parsec",
        [
            "config/growth/datasets/tiny_normal.yaml",
            "no 'parsec' in workflow/graincast/material/units",
            "arrhenius, mean_grain",
        ],
    ),
    "an impossible size law": (
        "config/growth/datasets/tiny_bimodal.yaml",
        "coarse_share: 0.2",
        "coarse_share: 2.0",
        ["config/growth/datasets/tiny_bimodal.yaml", "0 < coarse_share < 1"],
    ),
    "an unknown key of a model": (
        "config/growth/models/tiny_local_rule.yaml",
        "width: 4",
        "widht: 4",
        ["config/growth/models/tiny_local_rule.yaml", "unknown key 'widht'", "did you mean 'width'?"],
    ),
    "a number that YAML reads as text": (
        "config/growth/models/tiny_local_rule.yaml",
        "learning_rate: 1.0e-2",
        "learning_rate: 1e-2",
        ["config/growth/models/tiny_local_rule.yaml", "'learning_rate'", "write 1.0e-3"],
    ),
    "broken YAML": (
        "config/growth/models/tiny_local_rule.yaml",
        "loss: {",
        "loss: {{",
        ["config/growth/models/tiny_local_rule.yaml", "not valid YAML"],
    ),
    "a label image that is not there": (
        "config/growth/datasets/tiny_bimodal.yaml",
        "structure: {law: bimodal, grains: 20, coarse_share: 0.2, size_ratio: 3.0, spread: 0.15}",
        "structure: {law: label_image, file: absent.png}",
        ["config/growth/datasets/tiny_bimodal.yaml", "'file'", "there is no absent.png"],
    ),
    "a negative seed": (
        "config/tiny.yaml",
        "seeds: [0, 1]",
        "seeds: [0, -1]",
        ["config/tiny.yaml", "'seeds' holds -1"],
    ),
    "a name that is no name": (
        "config/tiny.yaml",
        "models: [persistence, tiny_local_rule, tiny_boundary_attention]",
        "models: [../persistence]",
        ["config/tiny.yaml", "'../persistence'", "letters, digits and _"],
    ),
    "training on a data set that has nothing to train on": (
        "config/tiny.yaml",
        "datasets: [tiny_normal]",
        "datasets: [tiny_bimodal]",
        ["config/growth/datasets/tiny_bimodal.yaml", "train is 0", "to train on"],
    ),
    "a case without test simulations": (
        "config/growth/datasets/tiny_bimodal.yaml",
        "validation: 0, test: 4",
        "validation: 4, test: 0",
        ["config/growth/datasets/tiny_bimodal.yaml", "test is 0", "cases"],
    ),
    "a horizon beyond the last frame": (
        "config/growth/models/tiny_local_rule.yaml",
        "horizon: 2",
        "horizon: 5",
        ["config/growth/models/tiny_local_rule.yaml", "'horizon' is 5", "has 5: lower it"],
    ),
    "no frame": (
        "config/growth/datasets/tiny_normal.yaml",
        "count: 5",
        "count: 0",
        ["config/growth/datasets/tiny_normal.yaml", "'frames'", "count >= 1"],
    ),
    "a single frame to train on": (
        "config/growth/datasets/tiny_normal.yaml",
        "count: 5",
        "count: 1",
        [
            "config/growth/datasets/tiny_normal.yaml",
            "'frames'",
            "'count' is 1",
            "2 frames or more: raise it",
            "'cases'",
        ],
    ),
    "a single frame to judge on": (
        "config/growth/datasets/tiny_bimodal.yaml",
        "count: 5",
        "count: 1",
        ["config/growth/datasets/tiny_bimodal.yaml", "'frames'", "'count' is 1", "2 frames or more: raise it"],
    ),
    "a study that is not there": (
        "config/config.yaml",
        "studies: [growth, generation, segmentation]",
        "studies: [growth, grwoth]",
        ["config/tiny.yaml: key 'studies'", "no study 'grwoth'", "did you mean 'growth'?"],
    ),
    "no study": (
        "config/config.yaml",
        "studies: [growth, generation, segmentation]",
        "studies: []",
        ["'studies' is []", "expected the names"],
    ),
    "a study twice": (
        "config/config.yaml",
        "studies: [growth, generation, segmentation]",
        "studies: [growth, growth]",
        ["'studies'", "each once"],
    ),
    "a study as a text": (
        "config/config.yaml",
        "studies: [growth, generation, segmentation]",
        "studies: growth",
        ["'studies' is 'growth'"],
    ),
    "an unknown section": (
        "config/tiny.yaml",
        "growth:",
        "growht:",
        ["config/tiny.yaml: key 'growht'", "no study 'growht'", "did you mean 'growth'?"],
    ),
    "a key beside the sections": (
        "config/tiny.yaml",
        "growth:",
        "seeds: [3]\ngrowth:",
        ["config/tiny.yaml: key 'seeds'", "no study 'seeds'", "studies: generation, growth, segmentation"],
    ),
    "a dial of what is no setting": (
        "config/tiny.yaml",
        "dials: []",
        "dials: [{case: tiny_bimodal, key: size_ratoi, values: [2.0, 4.0]}]",
        ["config/growth/datasets/tiny_bimodal.yaml, 'structure'", "'size_ratoi' is missing", "dials"],
    ),
    "a dial that does not grow": (
        "config/tiny.yaml",
        "dials: []",
        "dials: [{case: tiny_bimodal, key: size_ratio, values: [4.0, 2.0]}]",
        ["config/tiny.yaml", "the dial of 'tiny_bimodal'", "values or more that grow"],
    ),
    "a dial to an impossible value": (
        "config/tiny.yaml",
        "dials: []",
        "dials: [{case: tiny_bimodal, key: size_ratio, values: [0.5, 2.0]}]",
        ["config/growth/datasets/tiny_bimodal.yaml with a dial's size_ratio of 0.5", "size_ratio > 1"],
    ),
    "too few cells for the solver": (
        "config/tiny.yaml",
        "cells: [8, 12]",
        "cells: [4]",
        ["config/tiny.yaml", "'solvers'", "'cells'", "each 8 or more"],
    ),
}
WIRED = {  # what only Snakemake sees, at once, before a run, and of the machine; and what the library does with it
    "unknown key": WRONG["unknown key"],
    "an impossible segment": WRONG["an impossible segment"],
    "more threads than cores": (
        "config/tiny.yaml",
        "seeds: [0, 1]",
        "seeds: [0, 1]\n  threads: 3",
        ["config/tiny.yaml", "'growth'", "'threads' is 3", "2 core(s)", "--cores"],
    ),
}


def plans(*names):
    """The studies of the configuration files of these names, as a run would have them, looked at as before a run."""
    files = [Path("config") / f"{name}.yaml" for name in names]
    merged = {}
    for file in files:
        update_config(merged, yaml.safe_load(file.read_text()))
    chosen = study.chosen(merged, files)
    for plan in chosen.values():
        plan.check()
    return chosen


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A copy of the configuration, in which the test works."""
    shutil.copytree(PROJECT / "config", tmp_path / "config")
    monkeypatch.chdir(tmp_path)
    return Project(tmp_path)


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_configuration_is_refused_in_one_line(own, wrong):
    path, before, after, words = WRONG[wrong]
    assert plans("config", "tiny")
    own.edit(path, before, after)
    with pytest.raises(GraincastError) as refusal:
        plans("config", "tiny")
    (line,) = str(refusal.value).splitlines()
    for word in words:
        assert word in line


@pytest.mark.parametrize("files", [["mine"], ["config", "everything"], ["config", "nothing"]])
def test_a_study_without_a_section_is_refused(own, files):
    (own.root / "config/mine.yaml").write_text("studies: [growth]\n")
    (own.root / "config/everything.yaml").write_text("growth: everything\n")
    (own.root / "config/nothing.yaml").write_text("growth:\n")
    with pytest.raises(GraincastError, match=rf"config/{files[-1]}\.yaml: the study 'growth' has no section 'growth:'"):
        plans(*files)


@pytest.mark.parametrize("wrong", WIRED)
def test_a_wrong_configuration_ends_a_run_before_any_job(project, wrong):
    path, before, after, words = WIRED[wrong]
    project.edit(path, before, after)
    done = project.snakemake(*TINY, "--cores", "2", check=False)
    assert done.returncode != 0
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("error: ")
    for word in words:
        assert word in last
    assert "Traceback" not in done.stderr
    assert not (project.root / "results").exists()


BROKEN = {
    "missing": (None, "cannot be read: No such file"),
    "broken": ("growth: {seeds: [0, 1\nmodels: {", "is not valid YAML"),
    "empty": ("", "expected a mapping"),
    "a list": ("- growth", "expected a mapping"),
}


def mine(folder, content):
    path = folder / "mine.yaml"
    if content is not None:
        path.write_text(content)
    return path


@pytest.mark.parametrize("kind", BROKEN)
def test_a_missing_or_broken_file_is_named(tmp_path, kind):
    content, words = BROKEN[kind]
    path = mine(tmp_path, content)
    with pytest.raises(GraincastError, match=re.escape(f"{path}: ")) as refusal:
        specs.read_yaml(path)
    assert words in str(refusal.value)


@pytest.mark.parametrize("kind", ["missing", "broken"])
def test_graincast_looks_at_a_configuration_file_before_snakemake_shows_a_trace(tmp_path, kind):
    content, words = BROKEN[kind]
    path = mine(tmp_path, content)
    done = launched(PROJECT, "--configfile", str(path), "-n")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert f"{path}: " in done.stderr
    assert words in done.stderr


def launched(root, *arguments):
    """./graincast in the environment that these tests run in, if it is one that it would leave as it is."""
    stamp = Path(sys.prefix) / "graincast.json"
    lock = hashlib.sha256((root / "envs/requirements.txt").read_bytes()).hexdigest()
    if not stamp.exists() or json.loads(stamp.read_bytes())["lock"] != lock:
        pytest.skip("the tests do not run in an environment that ./graincast made from this lock")
    environment = os.environ | {"GRAINCAST_ENV": sys.prefix}
    return subprocess.run(["./graincast", *arguments], cwd=root, capture_output=True, text=True, env=environment)


@pytest.mark.parametrize("word", ["growht", "evaluate", "predcit"])
def test_a_word_that_is_no_study_command_or_rule_is_answered_at_once(tmp_path, word):
    """Without a Python, and so before an environment is made, which takes minutes."""
    for name in ("bash", "readlink", "dirname", "grep"):
        (tmp_path / name).symlink_to(shutil.which(name))
    environment = {"PATH": str(tmp_path), "GRAINCAST_ENV": str(tmp_path / "none")}
    done = subprocess.run(["./graincast", word, "-n"], cwd=PROJECT, capture_output=True, text=True, env=environment)
    assert done.returncode == 2
    assert done.stderr == f"graincast: there is no study, command or rule '{word}'; ./graincast --help names them\n"


def test_help_names_every_study_and_command():
    done = subprocess.run(["./graincast", "--help"], cwd=PROJECT, capture_output=True, text=True, check=True)
    shown = {line.split()[0] for line in done.stdout.splitlines() if line.startswith("  ")}
    assert {*study.known(), *console.commands()} <= shown


def test_the_name_of_a_study_runs_that_study_alone(project):
    shutil.copy2(PROJECT / "graincast", project.root)
    done = launched(project.root, "growth", "-n", *TINY)
    assert done.returncode == 0, done.stderr
    jobs = jobs_in(done.stdout + done.stderr)
    assert "growth_report" in jobs
    assert "train growth/tiny_local_rule/tiny_normal/1" in jobs
    assert "growth_calibrate tiny_local_rule/tiny_normal/0" in jobs
    assert "front_page" not in jobs


def test_a_dry_run_shows_the_plan_for_a_cluster_from_a_machine_that_is_none(project):
    jobs = project.planned("--workflow-profile", "profiles/slurm", "--configfile", "config/paper.yaml")
    assert (jobs.count("growth_report"), jobs.count("front_page")) == (1, 1)
    assert len([job for job in jobs if job.startswith("train growth/paper_convlstm/")]) == 5
    cases, turned = 23 + 2 + 2 + 2, 6
    assert len([job for job in jobs if job.startswith("growth_turn ")]) == turned
    assert len([job for job in jobs if job.startswith("growth_simulate ")]) == cases + 2 * turned


@pytest.mark.parametrize("name", ["config", "hour", "paper", "tiny"])
def test_each_shipped_configuration_is_valid_with_all_that_it_names(own, name):
    assert list(plans("config", name)) == ["growth", "generation", "segmentation"]
    assert own.root == Path.cwd()


def test_every_yaml_of_a_data_set_or_model_is_valid(monkeypatch):
    monkeypatch.chdir(PROJECT)
    for path in sorted(experiment.DATASETS.glob("*.yaml")):
        datasets.parts(datasets.load(path), str(path))
    for path in sorted(experiment.MODELS.glob("*.yaml")):
        stages.load(path).checked_settings(str(path))
    for path in sorted(generation.DATASETS.glob("*.yaml")):
        datasets.parts(datasets.load(path), str(path))
    for path in sorted(generation.MODELS.glob("*.yaml")):
        generation_training.load(path).checked_settings(str(path))
    for path in sorted(segmentation.DATASETS.glob("*.yaml")):
        recipe.load(path)
    for path in sorted(segmentation.MODELS.glob("*.yaml")):
        segmentation_training.load(path).checked_settings(str(path))


def test_an_unreadable_file_is_named(tmp_path):
    folder = tmp_path / "folder.yaml"
    folder.mkdir()
    with pytest.raises(GraincastError, match=r"folder\.yaml: cannot be read: Is a directory"):
        stages.load(folder)
