"""Where a result comes from: commit, inputs, versions, host."""

import importlib.metadata
import os
import platform
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from graincast.base.sources import file_sha256

PACKAGES = ("snakemake", "torch", "numpy", "scipy", "scikit-image", "pandas", "pyarrow", "safetensors", "matplotlib")


def describe(configuration: dict[str, Any], files: Iterable[Path]) -> dict[str, Any]:
    """Everything needed to say what a report was made from; `files` are all configuration files and inputs."""
    return {
        "commit": _git("rev-parse", "HEAD"),
        "uncommitted_changes": _changes(),
        "configuration": configuration,
        "sha256": {str(path): file_sha256(path) for path in sorted(files)},
        "versions": {"python": platform.python_version(), **_versions()},
        "host": {
            "name": platform.node(),
            "system": platform.platform(),
            "processor": platform.machine(),
            "cores": os.cpu_count(),
        },
        "python": sys.executable,
    }


def commit_of_the_code() -> str | None:
    """The commit that holds the code and the configuration as they are; None if none does, or outside a repository."""
    changes = _git("status", "--porcelain", "--", "workflow", "config", "Snakefile")
    return None if changes else _git("rev-parse", "HEAD")


def _versions() -> dict[str, str]:
    return {name: importlib.metadata.version(name) for name in PACKAGES}


def _changes() -> list[str] | None:
    """Files that differ from the commit, or None where git cannot tell."""
    status = _git("status", "--porcelain")
    return None if status is None else [line[3:] for line in status.splitlines()]


def _git(*arguments: str) -> str | None:
    """What git says of the directory of the run, or None outside a repository."""
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.rstrip("\n")
