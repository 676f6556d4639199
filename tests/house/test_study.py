"""A study added from outside, after docs/extending.md: tests/toy_study is laid over the project; nothing is edited."""

import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from conftest import PROJECT, copy_project, jobs_in

RUN = ("--configfile", "config/toy.yaml", "--cores", "2")
TRAININGS = [f"train toy/{model}/cloud/{seed}" for model in ("normalised", "two_players") for seed in (0, 1)]


def with_toy(root):
    """A copy of the project with the toy study beside growth."""
    made = copy_project(root)
    shutil.copytree(PROJECT / "tests" / "toy_study", made.root, dirs_exist_ok=True)
    return made


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """The toy study run to its end once. Never changed: copy it."""
    made = with_toy(tmp_path_factory.mktemp("toy") / "project")
    done = made.snakemake(*RUN)
    return made, sorted(jobs_in(done.stderr))


def weights_of(project):
    return {
        path.parent: path.read_bytes() for path in project.root.glob("results/toy/training/*/*/*/weights.safetensors")
    }


def test_a_study_from_outside_trains_and_has_its_page_and_its_place_on_the_front_page(ran):
    project, jobs = ran
    assert {job.split()[0] for job in jobs} == {"toy_draw", "train", "toy_report", "front_page"}
    assert len([job for job in jobs if job.startswith("train")]) == len(TRAININGS)
    assert "came as near to the cloud" in (project.root / "results/toy/report/index.html").read_text()
    front = (project.root / "results/index.html").read_text()
    assert 'href="toy/report/index.html"' in front
    assert "Where are the points?" in front
    assert "growth" not in front, "a study that is not asked for is not there"
    again = project.snakemake(*RUN)
    assert "Nothing to be done" in again.stderr


def test_a_killed_run_of_a_study_from_outside_ends_with_the_same_bytes(ran, tmp_path):
    whole, _ = ran
    project = with_toy(tmp_path / "killed")
    project.edit("config/toy.yaml", "models: [two_players, normalised]", "models: [two_players]")
    command = [sys.executable, "-m", "snakemake", *RUN, "--max-jobs-per-timespan", "100/1s"]
    run = subprocess.Popen(
        command, cwd=project.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    logs = project.root / "results/toy/logs/train/two_players/cloud"
    while run.poll() is None and not any("epoch 20:" in log.read_text() for log in logs.glob("*.log")):
        time.sleep(0.02)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    assert len(weights_of(project)) < 2, "it was killed before its trainings ended"
    project.snakemake(*RUN, "--unlock")
    project.snakemake(*RUN)
    ours = {path.relative_to(project.root): made for path, made in weights_of(project).items()}
    theirs = {path.relative_to(whole.root): made for path, made in weights_of(whole).items()}
    assert len(ours) == 2
    assert all(made == theirs[path] for path, made in ours.items())


def test_two_studies_run_side_by_side_and_one_alone_by_its_name(ran, tmp_path):
    project = ran[0].copy(tmp_path / "both")
    (project.root / "config/both.yaml").write_text("studies: [growth, toy]\n")
    both = ("--configfile", "config/tiny.yaml", "config/toy.yaml", "config/both.yaml", "--cores", "2", "--dry-run")
    everything, alone = (project.snakemake(*both, *target) for target in ((), ("growth",)))
    planned, growth = ({job.split()[0] for job in jobs_in(done.stdout + done.stderr)} for done in (everything, alone))
    assert {"growth_report", "front_page"} <= planned
    assert "front_page" not in growth
    assert not {job for job in growth if job.startswith("toy")}
