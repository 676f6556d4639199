"""What the tests share: copies of the project to run in, and the pipeline run once on the tiny configuration."""

import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import dry_run
from browser import Browser, absence

PROJECT = Path(__file__).parent.parent
sys.path.insert(0, str(PROJECT / "workflow"))

COPIED = ("Snakefile", "workflow", "config", "profiles", "envs")
LONG = re.compile(r"^def \w+\(.*\b(finished|reached|project|cluster|wheels)\b", re.MULTILINE)
TINY = ("--configfile", "config/tiny.yaml")
TIMED = ("speed_", "chart_speed_", "landmarks")  # tables of the report that hold measured times


@pytest.fixture(autouse=True)
def floating_point_errors_raise():
    """Numerical trouble must not pass in silence."""
    with np.errstate(divide="raise", over="raise", invalid="raise"):
        yield


def pytest_collection_modifyitems(items):
    """Files that run pipelines or make environments go first: the short ones then fill what is left on either side."""
    long = {path: bool(LONG.search(path.read_text())) for path in {item.path for item in items}}
    items.sort(key=lambda item: not long[item.path])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Side by side (`-n 2`): a file goes as a whole, in the order of collection, to the process that is free.

    So each fixture of a file is made once; the finished run is made once for all processes. pytest-xdist's own groups
    (3.8) are ignored without a word under pytest 9.2.
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return nodeid.split("::")[0]

    config.option.loadscopereorder = False  # by numbers of tests, which say nothing of how long they take
    return ByFile(config, log)


@dataclass(frozen=True)
class Project:
    """A copy of the project in a folder of its own."""

    root: Path

    def snakemake(self, *arguments: str, check: bool = True, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run Snakemake here; a run that ought to succeed and does not shows all that it printed."""
        command = [sys.executable, "-m", "snakemake", "--max-jobs-per-timespan", "100/1s", *arguments]  # ends at once
        clean = {name: value for name, value in os.environ.items() if not name.startswith("OMP_")}
        done = subprocess.run(
            command,
            cwd=self.root,
            capture_output=True,
            text=True,
            env={**clean, **environment},
            stdin=subprocess.DEVNULL,
        )
        if check and done.returncode != 0:
            pytest.fail(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
        return done

    def run(self, *arguments: str, **environment: str) -> list[str]:
        """Run the tiny experiment here and give the jobs that ran, as 'rule wildcard/wildcard', sorted."""
        return jobs_in(self.snakemake(*TINY, *arguments, **environment).stderr)

    def planned(self, *arguments: str) -> list[str]:
        """The jobs that a dry run here announces; the tiny experiment's if no other is asked for."""
        with tempfile.TemporaryDirectory() as folder:
            printed = Path(folder) / "printed"
            ended = dry_run.snakemake(self.root, arguments or (*TINY, "--cores", "2"), printed)
            said = printed.read_text()
        if ended != 0:
            pytest.fail(f"a dry run with {arguments} ended with {ended}:\n{said}")
        return jobs_in(said)

    def script(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one stage's script here, by hand."""
        command = [sys.executable, f"workflow/{name}.py", *arguments]
        return subprocess.run(command, cwd=self.root, capture_output=True, text=True, stdin=subprocess.DEVNULL)

    def copy(self, root: Path) -> "Project":
        """The same, results and all, elsewhere; times of files are kept."""
        shutil.copytree(self.root, root, symlinks=True)
        return Project(root)

    def edit(self, path: str, before: str, after: str) -> None:
        """Replace a text that must be there."""
        file = self.root / path
        text = file.read_text()
        assert before in text, f"{path} does not hold {before!r}"
        file.write_text(text.replace(before, after))

    def tables(self) -> dict[str, bytes]:
        """Content of every Parquet file and every file of weights below results/, which must be the same every time.

        Left out are measured speeds and what reports show of them (`TIMED`): no two runs take the same time.
        """
        kinds, timed = (".parquet", ".safetensors"), self.root / "results/growth/speed"
        files = sorted(path for path in (self.root / "results").rglob("*") if path.suffix in kinds)
        files = [path for path in files if path.parent != timed and not path.name.startswith(TIMED)]
        return {str(path.relative_to(self.root)): path.read_bytes() for path in files}


def jobs_in(printed: str) -> list[str]:
    """The jobs that a run of Snakemake announced, as 'rule wildcard/wildcard', without the target rule, sorted."""
    jobs = []
    for block in re.split(r"\n(?=\s*(?:local)?rule \w+:)", "\n" + printed)[1:]:
        name = re.match(r"\s*(?:local)?rule (\w+):", block).group(1)
        wildcards = re.search(r"^\s+wildcards: (.*)$", block, re.MULTILINE)
        values = [pair.split("=")[1] for pair in wildcards.group(1).split(", ")] if wildcards else []
        jobs.append(" ".join([name, "/".join(values)]).strip())
    return sorted(job for job in jobs if job != "all")


def copy_project(root: Path, studies: str = "growth") -> Project:
    """The project's files, without results; those studies run that are named."""
    root.mkdir(parents=True, exist_ok=True)
    for name in COPIED:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, root / name)
    made = Project(root)
    made.edit("config/config.yaml", "studies: [growth, generation, segmentation]", f"studies: [{studies}]")
    return made


def skip_or_fail(reason: str | None, required: str) -> None:
    """Skip a test for a reason, if there is one; fail it where the environment's variable `required` is 1."""
    if reason:
        end = pytest.fail if os.environ.get(required) == "1" else pytest.skip
        end(reason)


@pytest.fixture
def project(tmp_path) -> Project:
    """The project's files in an empty folder."""
    return copy_project(tmp_path / "project")


@pytest.fixture(scope="session")
def finished(tmp_path_factory) -> Project:
    """The tiny experiment, run to its end once, whatever number of processes tests. Never changed: copy it."""
    own = tmp_path_factory.getbasetemp()
    root = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "finished"
    with open(root.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not root.exists():
            made = copy_project(root.with_suffix(".unfinished"))
            made.run("--cores", "2")
            made.root.rename(root)
    return Project(root)


@pytest.fixture
def reached(finished, tmp_path) -> Project:
    """A copy of the finished tiny experiment to do things to."""
    return finished.copy(tmp_path / "reached")


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    """A browser of the tests' own."""
    skip_or_fail(absence(), "GRAINCAST_REQUIRE_BROWSER")
    with Browser(tmp_path_factory.mktemp("browser")) as started:
        yield started
