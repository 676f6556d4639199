"""The pipeline on a real SLURM: the same results as on one machine, whatever happens to jobs, nodes and Snakemake."""

import os
import re
import shutil
import signal
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import takewhile
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from conftest import PROJECT, TINY, Project, skip_or_fail
from graincast.material.measured.map_table import COLUMNS
from slurm import Cluster, absence, wait_for

# what the lab needs beside the profile: there is no accounting, and a test cannot wait 40 s to look at a job again
LAB = ("--slurm-status-command", "squeue", "--slurm-init-seconds-before-status-checks", "1")
TRAINED = "results/growth/training/tiny_local_rule/tiny_normal/0"
WEIGHTS = f"{TRAINED}/weights.safetensors"
LOG = "results/growth/logs/train/tiny_local_rule/tiny_normal/0.log"
CLOSED = ("--default-resources", "slurm_partition=closed")  # where jobs wait for ever
EPOCHS = 60  # of a training of about ten seconds
SIMULATIONS = 3 + 2  # jobs of the tiny experiment: three of tiny_normal, two of tiny_bimodal
GROUPED = {  # rules whose jobs go to SLURM together: those of a data set, and those that judge a model
    "data": ("growth_simulate", "growth_prepare"),
    "judged": ("growth_evaluate", "growth_forecast", "growth_calibrate", "growth_reliability"),
}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A SLURM of the tests' own."""
    skip_or_fail(absence(), "GRAINCAST_REQUIRE_SLURM")
    with Cluster(tmp_path_factory.mktemp("slurm")) as started:
        yield started


class Run:
    """Snakemake at work on the cluster; a context manager that does not leave it running."""

    def __init__(self, cluster: Cluster, project: Project, *arguments: str):
        self.printed = project.root / "snakemake.out"
        snakemake = [sys.executable, "-m", "snakemake", "--workflow-profile", "profiles/slurm", *TINY, *LAB, *arguments]
        command = ["setpriv", "--pdeathsig", "KILL", *snakemake]  # nor if the tests themselves are killed
        with open(self.printed, "w") as output:
            self.process = subprocess.Popen(
                command,
                cwd=project.root,
                env=os.environ | cluster.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    def __enter__(self) -> "Run":
        return self

    def __exit__(self, *error: object) -> None:
        self.process.kill()
        self.process.wait()

    def finish(self, code: int = 0) -> str:
        """What it printed, once it has ended as it should."""
        ended = self.process.wait(timeout=900)
        assert ended == code, f"Snakemake ended with {ended}:\n{self.printed.read_text()}"
        return self.printed.read_text()


def untrained(finished: Project, root: Path, epochs: int = 4) -> Project:
    """A copy of the finished project that lacks one training."""
    copy = finished.copy(root)
    shutil.rmtree(copy.root / TRAINED)
    (copy.root / LOG).unlink()
    copy.edit("config/growth/models/tiny_local_rule.yaml", "epochs: 4", f"epochs: {epochs}")
    return copy


def training_processes(project: Project) -> list[int]:
    """The processes that train in this project now."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            arguments = (process / "cmdline").read_bytes().split(b"\0")
            if b"workflow/train.py" in arguments[1:2] and (process / "cwd").readlink() == project.root:
                found.append(int(process.name))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def wait_for_epoch(project: Project) -> None:
    path = project.root / LOG
    wait_for(
        "the training's second epoch", lambda: path.exists() and "epoch 2:" in path.read_text(errors="replace"), 120
    )


def signal_training(project: Project, number: signal.Signals) -> list[int]:
    """Send a signal to the processes that train in this project."""
    processes = training_processes(project)
    assert processes
    for process in processes:
        os.kill(process, number)
    return processes


def asked_to_end(process: int) -> bool:
    """Whether SIGTERM waits for a stopped process."""
    status = Path(f"/proc/{process}/status").read_text()
    (pending,) = re.findall(r"^ShdPnd:\s*(\w+)$", status, re.MULTILINE)
    return bool(int(pending, 16) >> (signal.SIGTERM - 1) & 1)


def test_a_small_job_asks_for_what_its_rule_says(cluster, project):
    with Run(cluster, project, *CLOSED) as run:
        wait_for("a job in the queue", lambda: cluster.active(project.root), 60)
        jobs = cluster.jobs(project.root, "rule_growth_simulate")
        run.process.kill()
    cluster.cancel(project.root)
    assert {(job["NumCPUs"], job["TimeLimit"]) for job in jobs} == {("1", "00:30:00")}
    assert all("mem=2000M" in job["TRES"] for job in jobs)


def test_every_job_is_submitted_once_though_a_map_is_fetched_first(cluster, project):
    measured_case(project)
    with Run(cluster, project, *CLOSED) as run:
        wait_for("the map's own job", lambda: cluster.jobs(project.root, "rule_measure"), 60)
        jobs = [job["Comment"] for job in cluster.jobs(project.root, "rule_growth_simulate")]
        run.process.kill()
    cluster.cancel(project.root)
    assert len(jobs) == len(set(jobs)) == SIMULATIONS


def measured_case(project: Project) -> None:
    """A case of one measured map in the tiny experiment."""
    np.save(project.root / "map.npy", np.kron(np.arange(36).reshape(6, 6), np.ones((8, 8), int)))
    row = {"name": "map", "file": "map.npy", "licence": "MIT", "credit": "nobody", "step": "1"}
    cells = ",".join(row.get(column, "") for column in COLUMNS)
    (project.root / "mine.csv").write_text(f"{','.join(COLUMNS)}\n{cells}\n")
    dataset = (project.root / "config/growth/datasets/measured.yaml").read_text()
    (project.root / "config/growth/datasets/mine.yaml").write_text(dataset.replace("config/maps.csv", "mine.csv"))
    project.edit("config/tiny.yaml", "tiny_bimodal]", "tiny_bimodal, mine]")


def uncomment(project: Project, heading: str) -> None:
    """Put the commented alternative of the profile that follows `heading` in place of one GPU."""
    path = project.root / "profiles/slurm/config.yaml"
    text = path.read_text().replace("    gpu: 1\n", "")
    before, after = text.split(heading)
    lines = after.splitlines()
    chosen = list(takewhile(lambda line: line.startswith("    #   "), lines[1:]))
    assert chosen
    lines[1 : 1 + len(chosen)] = ["    " + line.removeprefix("    #   ") for line in chosen]
    path.write_text(before + heading + "\n".join(lines) + "\n")


@pytest.mark.parametrize(
    ("heading", "gpus_of_a_node", "gres", "nodes"),
    [("four GPUs of one node", "2", "gpu:2", "1"), ("four GPUs of each of two nodes", "1", "gpu:2", "2")],
)
def test_two_processes_learn_what_one_learns(cluster, finished, tmp_path, heading, gpus_of_a_node, gres, nodes):
    copy = untrained(finished, tmp_path / "copy")
    uncomment(copy, heading)
    for before in ("gpu: 4", "'gpu:4'", "processes: 4", "cpus_per_task: 4"):
        if before in (copy.root / "profiles/slurm/config.yaml").read_text():
            copy.edit("profiles/slurm/config.yaml", before, before.replace("4", gpus_of_a_node))
    with Run(cluster, copy, WEIGHTS) as run:
        run.finish()
    (job,) = cluster.jobs(copy.root)
    assert (job["JOB_GRES"], job["NumNodes"], job["NumCPUs"]) == (gres, nodes, "2")
    assert "trained on cpu with 2 process(es)" in (copy.root / LOG).read_text()
    of_two, of_one = (pq.read_table(where.root / TRAINED / "curve.parquet")["value"] for where in (copy, finished))
    assert len(of_one) == 8
    assert np.allclose(of_two, of_one, rtol=1e-5)


def cancelled(cluster: Cluster, project: Project) -> list[dict[str, str]]:
    """A user cancels a running training."""
    with Run(cluster, project, WEIGHTS) as run:
        wait_for_epoch(project)
        (job,) = cluster.active(project.root)
        cluster.call("scancel", job["JobId"])
        wait_for("a checkpoint", lambda: list((project.root / "results/resume").glob("*.safetensors")))
        run.finish()
    return cluster.jobs(project.root)


def timed_out(cluster: Cluster, project: Project) -> list[dict[str, str]]:
    """A training reaches its time limit; held until then, since SLURM looks at limits twice a minute."""
    with Run(cluster, project, WEIGHTS) as run:
        wait_for_epoch(project)
        (held,) = signal_training(project, signal.SIGSTOP)
        (job,) = cluster.active(project.root)
        cluster.call("scontrol", "update", f"jobid={job['JobId']}", "EndTime=now+1seconds")
        wait_for("the time limit", lambda: asked_to_end(held), 90, pause=0.01)  # the rest of the job ends without it
        os.kill(held, signal.SIGCONT)
        run.finish()
    return cluster.jobs(project.root)


def lost(cluster: Cluster, project: Project) -> list[dict[str, str]]:
    """A training's node is lost; the training itself wakes up later, beside its successor."""
    with Run(cluster, project, WEIGHTS, "--set-resources", "train:slurm_partition=frail", "train:gpu=1") as run:
        wait_for_epoch(project)
        (job,) = cluster.active(project.root)
        ghosts = signal_training(project, signal.SIGSTOP)
        cluster.kill_node(job["NodeList"])
        wait_for("another attempt", lambda: set(training_processes(project)) - set(ghosts), 120)
        for ghost in ghosts:
            os.kill(ghost, signal.SIGCONT)
        run.finish()
        wait_for("the ghost's end", lambda: not training_processes(project))
    return [job, *cluster.jobs(project.root)]


@pytest.fixture(scope="module")
def faults(cluster, finished, tmp_path_factory):
    """Trainings of about ten seconds to which something happens, all at once because they mostly wait."""
    folder = tmp_path_factory.mktemp("faults")
    projects = {
        name: untrained(finished, folder / name, EPOCHS) for name in ("undisturbed", "cancelled", "timed_out", "lost")
    }
    with ThreadPoolExecutor() as pool:
        jobs: dict[str, Future] = {}
        for happens in (cancelled, timed_out, lost):
            jobs[happens.__name__] = pool.submit(happens, cluster, projects[happens.__name__])
        projects["undisturbed"].run("--cores", "1", WEIGHTS)
        yield projects, jobs


@pytest.mark.usefixtures("faults")  # they take their time meanwhile
def test_the_pipeline_gives_the_same_bytes_through_slurm(cluster, finished, project):
    groups = [f"{rule}={group}" for group, rules in GROUPED.items() for rule in rules]
    with Run(
        cluster, project, "--set-resources", "train:slurm_partition=gpu", "train:gpu=1", "--groups", *groups
    ) as run:
        run.finish()
    assert project.tables() == finished.tables()

    simulations = len(list((project.root / "results/growth/trajectories").rglob("*.npz")))
    evaluations = len(list((project.root / "results/growth/scores").rglob("*.parquet")))
    trainings = len(list((project.root / "results/growth/training").rglob("*.safetensors")))
    assert (simulations, evaluations, trainings) == (5, 10, 5)
    assert len(cluster.jobs(project.root, "rule_data_")) == 2  # of five simulations and two preparations
    assert len(cluster.jobs(project.root, "rule_judged_")) == 3  # of ten evaluations and what reads their forecasts
    assert not cluster.jobs(project.root, "rule_growth_simulate") + cluster.jobs(project.root, "rule_growth_evaluate")
    train = cluster.jobs(project.root, "rule_train")
    assert [(job["JOB_GRES"], job["Partition"]) for job in train] == [("gpu:1", "gpu")] * trainings


def assert_undisturbed(project: Project, undisturbed: Project) -> None:
    """Same results, byte for byte, and nothing left over."""
    assert project.tables() == undisturbed.tables()
    assert not list((project.root / "results").rglob("*.partial"))
    assert not list((project.root / "results/resume").glob("*"))


def test_a_cancelled_training_goes_on_from_its_checkpoint(faults):
    projects, jobs = faults
    first, second = jobs["cancelled"].result()
    assert (first["JobState"], second["JobState"]) == ("CANCELLED", "COMPLETED")
    root = projects["cancelled"].root
    assert "stopped: asked to end" in (root / f"{LOG}.1").read_text()
    assert "resuming at epoch" in (root / f"{LOG}.2").read_text()
    assert_undisturbed(projects["cancelled"], projects["undisturbed"])


def test_a_training_past_its_time_limit_goes_on_with_more_time(faults):
    projects, jobs = faults
    first, second = jobs["timed_out"].result()
    assert (first["JobState"], second["JobState"]) == ("TIMEOUT", "COMPLETED")
    assert second["TimeLimit"] == "08:00:00"  # the first attempt had 4 hours, which the test cut
    root = projects["timed_out"].root
    assert "stopped: asked to end" in (root / f"{LOG}.1").read_text()
    assert "resuming at epoch" in (root / f"{LOG}.2").read_text()
    assert_undisturbed(projects["timed_out"], projects["undisturbed"])


def test_a_training_outlives_its_node(faults):
    projects, jobs = faults
    first, *_, last = jobs["lost"].result()
    assert last["JobState"] == "COMPLETED"
    assert last["NodeList"] != first["NodeList"]
    assert_undisturbed(projects["lost"], projects["undisturbed"])


def test_jobs_of_a_killed_snakemake_are_not_submitted_again(cluster, finished, tmp_path):
    copy = untrained(finished, tmp_path / "copy")
    arguments = (WEIGHTS, "--set-resources", "train:slurm_partition=closed", "train:gpu=1")
    with Run(cluster, copy, *arguments):
        wait_for("a job in the queue", lambda: cluster.active(copy.root), 60)
    (job,) = cluster.jobs(copy.root)

    shutil.rmtree(copy.root / ".snakemake/locks")  # ./graincast does so
    with Run(cluster, copy, *arguments) as again:
        printed = again.finish(code=1)
    (refusal,) = [line for line in printed.splitlines() if line.startswith("error: ")]
    assert f"'scancel {job['JobId']}'" in refusal
    assert "Traceback" not in printed
    assert len(cluster.jobs(copy.root)) == 1

    cluster.call("scancel", job["JobId"])
    cluster.call("scontrol", "update", "partitionname=closed", "state=up")
    with Run(cluster, copy, *arguments) as third:
        third.finish()
    assert copy.tables() == finished.tables()


@pytest.mark.parametrize(("required", "outcome"), [("0", "1 skipped"), ("1", "1 error")])
def test_a_machine_without_slurm_skips_or_fails_as_it_is_told(required, outcome, tmp_path):
    test = f"{Path(__file__)}::test_a_small_job_asks_for_what_its_rule_says"
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--basetemp", str(tmp_path / "inner"), test]
    env = os.environ | {"PATH": str(tmp_path), "GRAINCAST_REQUIRE_SLURM": required}
    done = subprocess.run(command, capture_output=True, text=True, env=env, cwd=PROJECT)
    assert outcome in done.stdout
    assert "SLURM is not installed" in done.stdout
