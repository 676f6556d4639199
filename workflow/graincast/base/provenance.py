"""Where a result comes from: commit, inputs, versions, host."""

import importlib.metadata
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from graincast.base.sources import file_sha256

MERGED_FROM = "configuration_files"
PACKAGES = ("snakemake", "torch", "numpy", "scipy", "scikit-image", "pandas", "pyarrow", "safetensors", "matplotlib")


def describe(configuration: dict[str, Any], files: Iterable[Path], merged_from: Sequence[str] = ()) -> dict[str, Any]:
    """Everything needed to say what a report was made from; `files` are all configuration files and inputs.

    The configuration was merged from the files `merged_from`, the last one winning.
    """
    return {
        MERGED_FROM: list(merged_from),
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


def configured_by_others(record: Path, merged_from: Sequence[str]) -> list[str]:
    """The configuration files that a report's provenance names, if they are others; none where it names none."""
    try:
        named = json.loads(record.read_text(encoding="utf-8"))[MERGED_FROM]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return [str(name) for name in named] if isinstance(named, list) and named != list(merged_from) else []


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
