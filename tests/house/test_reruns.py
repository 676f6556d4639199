"""What reruns after which edit, exactly; and the same numbers whatever the order and number of jobs side by side."""

import os
import shutil
import time
from itertools import pairwise

import pytest

from conftest import TINY, copy_project, jobs_in

SIMULATE_NORMAL = [f"simulate tiny_normal/{shard}" for shard in range(3)]
SIMULATE_BIMODAL = [f"simulate tiny_bimodal/{shard}" for shard in range(2)]


def seeds(model):
    """One that learns nothing is the same from every seed."""
    return (0,) if model == "persistence" else (0, 1)


def trainings(*models):
    return [f"train {model}/tiny_normal/{seed}" for model in models for seed in seeds(model)]


def evaluations(*models, cases=("tiny_normal", "tiny_bimodal")):
    return [
        f"evaluate {model}/tiny_normal/{seed}/{case}" for model in models for seed in seeds(model) for case in cases
    ]


def doubts(*models):
    return [f"doubt {model}/tiny_normal" for model in models]


def bounds(*cases):
    return [f"bound tiny_normal/{case}" for case in cases]


def after_training(*models):
    learned = [model for model in models if model != "persistence"]
    calibrations = [f"calibrate {model}/tiny_normal/0" for model in learned]
    return [*evaluations(*models), *doubts(*models), *calibrations, SPEED]


SPEED = "speed tiny_normal"
BOTH = ("persistence", "tiny_convolution")
LIBRARY = "workflow/graincast"
# edit: (file, text, its replacement), and the jobs that must run, no more and no fewer
EDITS = {
    "a model's YAML": (
        ("config/models/tiny_convolution.yaml", "epochs: 4", "epochs: 3"),
        [*trainings("tiny_convolution"), *after_training("tiny_convolution"), "report"],
    ),
    "a model's file": (
        (f"{LIBRARY}/models/convolution.py", "image - 0.5", "image - 0.4"),
        [*trainings("tiny_convolution"), *after_training("tiny_convolution"), "report"],
    ),
    "another model's file": (
        (f"{LIBRARY}/models/persistence.py", "Persistence: nothing moves.", "Nothing moves."),
        [*trainings("persistence"), *after_training("persistence"), "report"],
    ),
    "the training loop": (
        (f"{LIBRARY}/learning/training.py", "/ 2\n", "* 0.5\n"),
        [*trainings(*BOTH), *after_training(*BOTH), "report"],
    ),
    "a shifted data set's YAML": (
        ("config/datasets/tiny_bimodal.yaml", "size_ratio: 3.0", "size_ratio: 2.5"),
        [
            *SIMULATE_BIMODAL,
            "prepare tiny_bimodal",
            *bounds("tiny_bimodal"),
            *evaluations(*BOTH, cases=["tiny_bimodal"]),
            *doubts(*BOTH),
            "report",
        ],
    ),
    "a size law's file": (
        (f"{LIBRARY}/structures/bimodal.py", "max(1, round(", "max(2, round("),
        [
            *SIMULATE_BIMODAL,
            "prepare tiny_bimodal",
            *bounds("tiny_bimodal"),
            *evaluations(*BOTH, cases=["tiny_bimodal"]),
            *doubts(*BOTH),
            "report",
        ],
    ),
    "a score": (
        (f"{LIBRARY}/scores/evaluation.py", '("mse", images', '("MSE", images'),
        [*bounds("tiny_normal", "tiny_bimodal"), *after_training(*BOTH), "report"],
    ),
    "a setting of the solver that is timed": (
        (f"{LIBRARY}/speed/solver.py", "(0.08, 0.15, 0.25, 0.4)", "(0.15, 0.25, 0.4)"),
        [SPEED, "report"],
    ),
    "a figure": ((f"{LIBRARY}/figures/strips.py", "SIZE = 1.35", "SIZE = 1.2"), ["report"]),
    "the page's section on speed": ((f"{LIBRARY}/page/speed.py", "Trained on", "Trained with"), ["report"]),
    "the page": ((f"{LIBRARY}/page/index.html.j2", "Skip to the report", "Skip"), ["report"]),
    "the page's look": ((f"{LIBRARY}/page/style.css", "max-width: 62rem", "max-width: 70rem"), ["report"]),
    "what the page does": ((f"{LIBRARY}/page/page.js", "graincast-theme", "theme-of-graincast"), ["report"]),
    "one training seed less": (
        ("config/tiny.yaml", "seeds: [0, 1]", "seeds: [0]"),
        [*doubts("tiny_convolution"), "report"],
    ),
    "a progress line": ((f"{LIBRARY}/command.py", "%d of %d", "%d from %d"), []),
    "an error's text": ((f"{LIBRARY}/errors.py", "one line with", "a line with"), []),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_reruns_exactly_what_depends_on_it(reached, edit):
    (path, before, after), expected = EDITS[edit]
    reached.edit(path, before, after)
    done = reached.snakemake(*TINY, "--cores", "2", "--dry-run")
    assert jobs_in(done.stdout + done.stderr) == sorted(expected)


@pytest.mark.parametrize("edit", ["a model's YAML", "a figure"])
def test_an_edit_runs_for_real_what_its_dry_run_says_and_then_nothing(reached, edit):
    (path, before, after), expected = EDITS[edit]
    reached.edit(path, before, after)
    assert reached.run("--cores", "2") == sorted(expected)
    assert reached.run("--cores", "2") == []


def test_a_second_run_starts_no_job_and_takes_about_two_seconds(reached):
    began = time.monotonic()
    assert reached.run("--cores", "2") == []
    assert time.monotonic() - began < 8  # 1.8 s on a quiet machine; this bound only catches torch at every start


def test_a_fresh_checkout_over_existing_results_reruns_nothing(reached):
    for name in ("Snakefile", "workflow", "config", "profiles", "envs"):
        here = reached.root / name
        shutil.rmtree(here) if here.is_dir() else here.unlink()
    copy_project(reached.root)
    newest = time.time()
    for path in reached.root.rglob("*"):
        if "results" not in path.parts and ".snakemake" not in path.parts:
            os.utime(path, (newest, newest))
    assert reached.run("--cores", "2") == []


def test_a_touch_of_everything_reruns_nothing(reached):
    for path in sorted((reached.root / "results").rglob("*")):
        if path.is_file() and path.suffix in (".npz", ".parquet", ".safetensors"):
            os.utime(path, None)
            time.sleep(0.01)
    assert reached.run("--cores", "2") == []


def test_results_are_the_same_bytes_whatever_the_order_and_number_of_jobs(finished, tmp_path):
    """The finished run had two jobs side by side; here one after the other, the last stages' branches first."""
    other = copy_project(tmp_path / "other")
    last_first = [
        "results/scores/tiny_convolution/tiny_normal/1/tiny_bimodal.parquet",
        "results/training/tiny_convolution/tiny_normal/0/weights.safetensors",
    ]
    for target in last_first:
        other.snakemake(target, *TINY, "--cores", "1")
    other.run("--cores", "1")
    mine, theirs = other.tables(), finished.tables()
    assert mine.keys() == theirs.keys()
    assert [name for name in mine if mine[name] != theirs[name]] == []


def test_another_seed_gives_other_numbers(finished):
    tables = finished.tables()
    weights = "results/training/tiny_convolution/tiny_normal/{}/weights.safetensors"
    assert tables[weights.format(0)] != tables[weights.format(1)]


def test_trainings_queue_for_the_one_gpu_and_share_the_cores_of_a_machine_without(reached):
    """A machine that is said to have one GPU runs one training at a time; one without runs two on two cores."""
    longest = {}
    for gpus in ("0", ""):
        reached.snakemake(*TINY, "--cores", "2", "--forcerun", "train", "--until", "train", CUDA_VISIBLE_DEVICES=gpus)
        spans = []
        for log in (reached.root / "results/benchmarks/train").rglob("*.tsv"):
            seconds = float(log.read_text().splitlines()[1].split("\t")[0])
            spans.append((log.stat().st_mtime - seconds, log.stat().st_mtime))
        spans.sort()
        longest[gpus] = max(end - start for (_, end), (start, _) in pairwise(spans))
    assert longest["0"] < 0.5, "two trainings ran side by side on one GPU"
    assert longest[""] > 0.5, "no two trainings shared the cores"
