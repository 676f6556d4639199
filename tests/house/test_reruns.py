"""What reruns after which edit, exactly; and the same numbers whatever the order and number of jobs side by side."""

import os
import re
import shutil
import time
from contextlib import contextmanager
from itertools import pairwise

import pytest

from conftest import COPIED, TINY, copy_project, jobs_in

BIMODAL = [f"growth_simulate tiny_bimodal/{shard}" for shard in range(2)] + ["growth_prepare tiny_bimodal"]
LEARNING = ("tiny_boundary_attention", "tiny_local_rule")
ALL = ("persistence", *LEARNING)
SPEED = "growth_speed tiny_normal"
REPORT = ["growth_report", "front_page"]


def trained(*models):
    """The trainings of a model; one that learns nothing is the same from every seed."""
    return [f"{model}/tiny_normal/{seed}" for model in models for seed in ((0, 1) if model in LEARNING else (0,))]


def trainings(*models):
    return [f"train growth/{training}" for training in trained(*models)]


def evaluations(*models, cases=("tiny_normal", "tiny_bimodal")):
    return [f"growth_evaluate {training}/{case}" for training in trained(*models) for case in cases]


def reliabilities(*models):
    return [f"growth_reliability {model}/tiny_normal" for model in models]


def calibrations(*models):
    return [f"growth_calibrate {model}/tiny_normal/0" for model in models if model in LEARNING]


def forecasts(*models):
    return [f"growth_forecast {model}/tiny_normal/0" for model in models]


def bounds(*cases):
    return [f"growth_bound tiny_normal/{case}" for case in cases]


def after_training(*models):
    what_is_said = [*reliabilities(*models), *calibrations(*models)]
    return [*evaluations(*models), *forecasts(*models), *what_is_said, SPEED, *REPORT]


LIBRARY = "workflow/graincast"
GROWTH = f"{LIBRARY}/growth"
OF_BIMODAL = [
    *BIMODAL,
    *bounds("tiny_bimodal"),
    *evaluations(*ALL, cases=["tiny_bimodal"]),
    *reliabilities(*ALL),
    *REPORT,
]
# edit: (file, text, its replacement), and the jobs that must run, no more and no fewer
EDITS = {
    "a model's YAML": (
        ("config/growth/models/tiny_local_rule.yaml", "epochs: 4", "epochs: 3"),
        [*trainings("tiny_local_rule"), *after_training("tiny_local_rule")],
    ),
    "a model's file": (
        (f"{GROWTH}/models/local_rule.py", "SHARPNESS = 5.0", "SHARPNESS = 6.0"),
        [*trainings("tiny_local_rule"), *after_training("tiny_local_rule")],
    ),
    "another model's file": (
        (f"{GROWTH}/models/persistence.py", "(known - later) ** 2", "(later - known) ** 2"),
        [*trainings("persistence"), *after_training("persistence")],
    ),
    "the training loop": (
        (f"{LIBRARY}/training/plain.py", "/ 2\n", "* 0.5\n"),
        [*trainings(*ALL), *after_training(*ALL)],
    ),
    "a shifted data set's YAML": (
        ("config/growth/datasets/tiny_bimodal.yaml", "size_ratio: 3.0", "size_ratio: 2.5"),
        OF_BIMODAL,
    ),
    "a size law's file": (
        (f"{LIBRARY}/material/structures/bimodal.py", "max(1, round(", "max(2, round("),
        OF_BIMODAL,
    ),
    "a score": (
        (f"{GROWTH}/judging/forecast_scores.py", 'found[f"{name}mse"]', 'found[f"{name}MSE"]'),
        [*bounds("tiny_normal", "tiny_bimodal"), *after_training(*ALL)],
    ),
    "a setting of the solver that is timed": (
        (f"{GROWTH}/timing/solver_runs.py", "(0.08, 0.15, 0.25, 0.4)", "(0.15, 0.25, 0.4)"),
        [SPEED, *REPORT],
    ),
    "solvers that are compared": (
        ("config/tiny.yaml", "reference: 0.1,", "reference: 0.2,"),
        ["growth_compare_solvers", *REPORT],
    ),
    "a figure": ((f"{GROWTH}/figures/strips.py", "SIZE = 1.35", "SIZE = 1.2"), REPORT),
    "the page's section on cost": ((f"{GROWTH}/sections/cost.py", "Trained on", "Trained with"), REPORT),
    "the page": ((f"{LIBRARY}/report/index.html.j2", "Skip to the report", "Skip"), REPORT),
    "the page's look": ((f"{LIBRARY}/report/style.css", "max-width: 62rem", "max-width: 70rem"), REPORT),
    "what the page does": ((f"{LIBRARY}/report/page.js", "graincast-theme", "theme-of-graincast"), REPORT),
    "the front page's code": (("workflow/front_page.py", "args.fronts)", "args.fronts[::-1])"), ["front_page"]),
    "one training seed less": (
        ("config/tiny.yaml", "seeds: [0, 1]", "seeds: [0]"),
        [*reliabilities(*LEARNING), *REPORT],
    ),
}
# words alone, in files that all results come from
WORDS = {
    "a comment": (f"{GROWTH}/models/local_rule.py", "# logit of colours that do not", "# logit of all others"),
    "a docstring": (f"{LIBRARY}/training/plain.py", '"""Up to the peak in', '"""To the peak within'),
    "a script's own text": ("workflow/growth_simulate.py", '"""Simulate', '"""Let grow'),
    "a log line": ("workflow/train.py", "trained on %s with", "learned on %s with"),
    "a line of the log that the library writes": (f"{LIBRARY}/base/command.py", "%d of %d", "%d from %d"),
    "an error's wording": (f"{LIBRARY}/base/table.py", "unknown columns", "strange columns"),
    "an error's own text": (f"{LIBRARY}/base/errors.py", "one line with", "a line with"),
    "help of an argument": ("workflow/growth_evaluate.py", "table to write", "the table to write"),
    "a comment of the rules": ("workflow/rules/train.smk", "# One rule trains", "# This rule trains"),
    "a comment of the configuration": ("config/tiny.yaml", "# The whole pipeline", "# All of it"),
}


@contextmanager
def edited(project, *edits):
    """The project with these edits, which are undone."""
    before = {path: (project.root / path).read_bytes() for path, _, _ in edits}
    try:
        for edit in edits:
            project.edit(*edit)
        yield
    finally:
        for path, content in before.items():
            (project.root / path).write_bytes(content)


@pytest.fixture(scope="module")
def bench(finished, tmp_path_factory):
    """A copy of the finished tiny experiment whose edits are undone: only dry runs happen in it."""
    return finished.copy(tmp_path_factory.mktemp("bench") / "project")


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_reruns_exactly_what_depends_on_it(bench, edit):
    change, expected = EDITS[edit]
    with edited(bench, change):
        assert bench.planned() == sorted(expected)


def test_an_edit_of_words_alone_reruns_nothing(bench):
    """All at once: one that counted would rerun something. That undone edits leave nothing behind, is seen here too."""
    with edited(bench, *WORDS.values()):
        assert bench.planned() == []


@pytest.mark.parametrize("edit", ["a model's YAML", "a figure"])
def test_an_edit_runs_for_real_what_its_dry_run_says_and_then_nothing(reached, edit):
    change, expected = EDITS[edit]
    reached.edit(*change)
    assert reached.run("--cores", "2") == sorted(expected)
    assert reached.run("--cores", "2") == []


def test_a_second_run_starts_no_job_and_loads_nothing_that_takes_seconds_to_load(reached):
    done = reached.snakemake(*TINY, "--cores", "2", PYTHONPROFILEIMPORTTIME="1")
    assert jobs_in(done.stderr) == []
    loaded = set(re.findall(r"^import time: .*\| +(\w+)$", done.stderr, re.MULTILINE))
    assert {"snakemake", "graincast"} <= loaded
    assert not loaded & {"torch", "numba", "matplotlib", "scipy", "skimage"}


def test_a_touch_of_everything_and_a_fresh_checkout_over_results_rerun_nothing(reached):
    """A checkout brings files that are all newer than the results."""
    for path in sorted((reached.root / "results").rglob("*")):
        if path.is_file() and path.suffix in (".npz", ".parquet", ".safetensors", ".yaml", ".json", ".csv"):
            os.utime(path, None)
            time.sleep(0.01)
    assert reached.planned() == []
    for name in COPIED:
        here = reached.root / name
        shutil.rmtree(here) if here.is_dir() else here.unlink()
    copy_project(reached.root)
    newest = time.time()
    for path in reached.root.rglob("*"):
        if "results" not in path.parts and ".snakemake" not in path.parts:
            os.utime(path, (newest, newest))
    assert reached.run("--cores", "2") == []


def test_results_are_the_same_bytes_whatever_the_order_and_number_of_jobs(finished, tmp_path):
    """The finished run had two jobs side by side; here one after the other, the last stages' branches first."""
    other = copy_project(tmp_path / "other")
    last_first = "results/growth/scores/tiny_local_rule/tiny_normal/1/tiny_bimodal.parquet"
    other.snakemake(last_first, *TINY, "--cores", "1")
    other.run("--cores", "1")
    mine, theirs = other.tables(), finished.tables()
    assert mine.keys() == theirs.keys()
    assert [name for name in mine if mine[name] != theirs[name]] == []


def test_another_seed_gives_other_numbers(finished):
    tables = finished.tables()
    for model in LEARNING:
        weights = f"results/growth/training/{model}/tiny_normal/{{}}/weights.safetensors"
        assert tables[weights.format(0)] != tables[weights.format(1)]


def test_trainings_queue_for_the_one_gpu_and_share_the_cores_of_a_machine_without(reached):
    """A machine that is said to have one GPU runs one training at a time; one without runs two on two cores."""
    folder = "results/growth/{}/train/tiny_local_rule/tiny_normal"
    both = [f"{folder.format('training').replace('/train/', '/')}/{seed}/weights.safetensors" for seed in (0, 1)]
    longest = {}
    for gpus in ("0", ""):
        reached.snakemake(*both, *TINY, "--cores", "2", "--forcerun", "train", CUDA_VISIBLE_DEVICES=gpus)
        spans = []
        for log in (reached.root / folder.format("benchmarks")).rglob("*.tsv"):
            seconds = float(log.read_text().splitlines()[1].split("\t")[0])
            spans.append((log.stat().st_mtime - seconds, log.stat().st_mtime))
        assert len(spans) == 2
        spans.sort()
        longest[gpus] = max(end - start for (_, end), (start, _) in pairwise(spans))
    assert longest["0"] < 0.5, "two trainings ran side by side on one GPU"
    assert longest[""] > 0.5, "no two trainings shared the cores"
