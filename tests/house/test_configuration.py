"""A wrong configuration ends in one line that names file, key and cure, before any job starts."""

import os
import subprocess
import sys

import pytest
import yaml

from conftest import PROJECT, jobs_in
from graincast.base.errors import GraincastError
from graincast.growth import experiment, stages
from graincast.material import datasets

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
        ["config/tiny.yaml", "'cases'", "no config/datasets/mars.yaml", "tiny_bimodal"],
    ),
    "a model that is not there": (
        "config/tiny.yaml",
        "models: [persistence, tiny_convolution]",
        "models: [oracle]",
        ["config/tiny.yaml", "'models'", "no config/models/oracle.yaml", "persistence"],
    ),
    "twice the same seed": (
        "config/tiny.yaml",
        "seeds: [0, 1]",
        "seeds: [1, 1]",
        ["config/tiny.yaml", "'seeds'", "each once"],
    ),
    "a missing key of a data set": (
        "config/datasets/tiny_normal.yaml",
        "equilibration: 0.1",
        "",
        ["config/datasets/tiny_normal.yaml", "missing key 'equilibration'"],
    ),
    "an unknown key of a size law": (
        "config/datasets/tiny_normal.yaml",
        "spread: 0.35",
        "width: 0.35",
        ["config/datasets/tiny_normal.yaml", "'structure'", "unknown key 'width'"],
    ),
    "a solver that is not there": (
        "config/datasets/tiny_normal.yaml",
        "name: front_tracking",
        "name: magic",
        ["config/datasets/tiny_normal.yaml", "no 'magic' in workflow/graincast/material/solvers", "front_tracking"],
    ),
    "an impossible segment": (
        "config/datasets/tiny_normal.yaml",
        "segment: 0.15",
        "segment: 1.5",
        ["config/datasets/tiny_normal.yaml", "'solver'", "'segment' is 1.5", "0.02 to 0.4"],
    ),
    "an unknown unit": (
        "config/datasets/tiny_normal.yaml",
        "name: mean_grain",
        "name: parsec",
        [
            "config/datasets/tiny_normal.yaml",
            "no 'parsec' in workflow/graincast/material/units",
            "arrhenius, mean_grain",
        ],
    ),
    "an impossible size law": (
        "config/datasets/tiny_bimodal.yaml",
        "coarse_share: 0.2",
        "coarse_share: 2.0",
        ["config/datasets/tiny_bimodal.yaml", "0 < coarse_share < 1"],
    ),
    "an unknown key of a model": (
        "config/models/tiny_convolution.yaml",
        "kernel: 3",
        "kernle: 3",
        ["config/models/tiny_convolution.yaml", "unknown key 'kernle'", "did you mean 'kernel'?"],
    ),
    "a number that YAML reads as text": (
        "config/models/tiny_convolution.yaml",
        "learning_rate: 1.0e-2",
        "learning_rate: 1e-2",
        ["config/models/tiny_convolution.yaml", "'learning_rate'", "write 1.0e-3"],
    ),
    "broken YAML": (
        "config/models/tiny_convolution.yaml",
        "settings: {",
        "settings: {{",
        ["config/models/tiny_convolution.yaml", "not valid YAML"],
    ),
    "a label image that is not there": (
        "config/datasets/tiny_bimodal.yaml",
        "structure: {law: bimodal, grains: 20, coarse_share: 0.2, size_ratio: 3.0, spread: 0.15}",
        "structure: {law: label_image, file: absent.png}",
        ["config/datasets/tiny_bimodal.yaml", "'file'", "there is no absent.png"],
    ),
    "a negative seed": (
        "config/tiny.yaml",
        "seeds: [0, 1]",
        "seeds: [0, -1]",
        ["config/tiny.yaml", "'seeds' holds -1"],
    ),
    "a name that is no name": (
        "config/tiny.yaml",
        "models: [persistence, tiny_convolution]",
        "models: [../persistence]",
        ["config/tiny.yaml", "'../persistence'", "letters, digits and _"],
    ),
    "training on a data set that has nothing to train on": (
        "config/tiny.yaml",
        "datasets: [tiny_normal]",
        "datasets: [tiny_bimodal]",
        ["config/datasets/tiny_bimodal.yaml", "train is 0", "to train on"],
    ),
    "a case without test simulations": (
        "config/datasets/tiny_bimodal.yaml",
        "validation: 0, test: 4",
        "validation: 4, test: 0",
        ["config/datasets/tiny_bimodal.yaml", "test is 0", "cases"],
    ),
    "a horizon beyond the last frame": (
        "config/models/tiny_convolution.yaml",
        "horizon: 2",
        "horizon: 5",
        ["config/models/tiny_convolution.yaml", "'horizon' is 5", "has 5: lower it"],
    ),
    "a single frame": (
        "config/datasets/tiny_normal.yaml",
        "count: 5",
        "count: 1",
        ["config/datasets/tiny_normal.yaml", "'frames'", "count >= 2"],
    ),
    "more threads than cores": (
        "config/tiny.yaml",
        "seeds: [0, 1]",
        "seeds: [0, 1]\nthreads: 3",
        ["config/tiny.yaml", "'threads' is 3", "2 core(s)", "--cores"],
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_configuration_ends_in_one_line_before_any_job(project, wrong):
    path, before, after, words = WRONG[wrong]
    project.edit(path, before, after)
    done = project.snakemake("--configfile", "config/tiny.yaml", "--cores", "2", check=False)
    assert done.returncode != 0
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("error: ")
    for word in words:
        assert word in last
    assert "Traceback" not in done.stderr
    assert not (project.root / "results").exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be read: No such file"),
        ("seeds: [0, 1\nmodels: {", "is not valid YAML"),
        ("", "expected a mapping"),
        ("- seeds", "expected a mapping"),
    ],
)
def test_a_missing_or_broken_configuration_file_is_named_in_one_line(tmp_path, content, words):
    """Snakemake's own answer is a trace: ./graincast looks before it starts it."""
    path = tmp_path / "mine.yaml"
    if content is not None:
        path.write_text(content)
    command = ["./graincast", "--configfile", str(path), "-n"]
    environment = os.environ | {"GRAINCAST_ENV": sys.prefix}
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, env=environment)
    if "was not made by graincast" in done.stderr:
        pytest.skip("the tests do not run in an environment that ./graincast made")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert f"{path}: " in done.stderr
    assert words in done.stderr


def test_a_dry_run_shows_the_plan_for_a_cluster_from_a_machine_that_is_none(project):
    done = project.snakemake("--workflow-profile", "profiles/slurm", "--configfile", "config/paper.yaml", "--dry-run")
    jobs = jobs_in(done.stdout + done.stderr)
    assert jobs.count("report") == 1
    assert len([job for job in jobs if job.startswith("train paper_convlstm/")]) == 5
    cases, dials = 23 + 2 + 2 + 2, 6 * 2
    assert len([job for job in jobs if job.startswith("simulate ")]) == cases + dials


@pytest.mark.parametrize("name", ["config", "paper", "tiny"])
def test_each_shipped_configuration_is_valid_with_all_that_it_names(name, monkeypatch):
    monkeypatch.chdir(PROJECT)
    files = [experiment.Path("config/config.yaml"), experiment.Path(f"config/{name}.yaml")]
    merged = {key: value for file in files for key, value in yaml.safe_load(file.read_text()).items()}
    chosen = experiment.build(merged, files)
    for dataset in chosen.all_datasets:
        path = experiment.DATASETS / f"{dataset}.yaml"
        datasets.parts(datasets.load(path), str(path))
    for model in chosen.models:
        path = experiment.MODELS / f"{model}.yaml"
        stages.load(path).checked_settings(str(path))


def test_every_yaml_of_a_data_set_or_model_is_valid(monkeypatch):
    monkeypatch.chdir(PROJECT)
    for path in sorted(experiment.DATASETS.glob("*.yaml")):
        datasets.parts(datasets.load(path), str(path))
    for path in sorted(experiment.MODELS.glob("*.yaml")):
        stages.load(path).checked_settings(str(path))


def test_an_unreadable_file_is_named(tmp_path):
    folder = tmp_path / "folder.yaml"
    folder.mkdir()
    with pytest.raises(GraincastError, match=r"folder\.yaml: cannot be read: Is a directory"):
        stages.load(folder)
