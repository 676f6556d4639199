"""The formatters, linters and type checker, as the pre-commit hook and CI run them: this file."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import PROJECT

TOOLS = Path(sys.executable).parent
RULES = ["Snakefile", *sorted(str(path.relative_to(PROJECT)) for path in PROJECT.glob("workflow/rules/**/*.smk"))]
PYTHON = ["workflow", "tests", "envs", "benchmarks"]
SHELL = ["graincast", "workflow/launch.sh", ".ci/run"]


def quiet(*command):
    done = subprocess.run([str(part) for part in command], cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_python_is_formatted():
    quiet(TOOLS / "ruff", "format", "--check", *PYTHON)


def test_python_is_lint_free():
    quiet(TOOLS / "ruff", "check", *PYTHON)


def test_rules_are_formatted():
    quiet(TOOLS / "snakefmt", "--check", *RULES)


def test_the_workflow_is_lint_free():
    quiet(sys.executable, "-m", "snakemake", "--lint")


def test_the_library_is_well_typed():
    quiet(TOOLS / "mypy")


def test_shell_scripts_are_lint_free():
    if not shutil.which("shellcheck"):
        pytest.skip("shellcheck is not installed (Debian package shellcheck; CI has it)")
    quiet("shellcheck", *SHELL)


def test_no_machine_of_ours_is_named_in_the_project():
    """Neither a registry's host nor a path of a developer's machine belongs into a file."""
    tracked = subprocess.run(["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True).stdout.split()
    if not tracked:
        pytest.skip("not a git checkout: nothing says which files belong to the project")
    forbidden = [
        "/wo" + "rk/",
        "/ro" + "ot/",
        "py" + "pi.org",
        "files.python" + "hosted.org",
        "download.py" + "torch.org",
    ]
    for name in tracked:
        content = (PROJECT / name).read_bytes()
        assert not [word for word in forbidden if word.encode() in content], name
