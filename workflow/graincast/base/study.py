"""What the shared rules know of a study: its section of the configuration, and which files its trainings come from.

A study is a folder of the library with a file plan.py that holds a `Plan`, rules in workflow/rules/STUDY/study.smk,
configuration in config/STUDY/ and results in results/STUDY/. Nothing else has to know of it.
"""

import difflib
import importlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

from graincast.base import sources, specs
from graincast.base.errors import GraincastError

KEY = "studies"  # of the configuration: the names of those that run


class Study(ABC):
    """One study of an experiment, as the names in its section describe it."""

    threads: int  # of one training

    @abstractmethod
    def __init__(self, section: Mapping[str, Any], files: Sequence[Path]) -> None:
        """From its section of the merged configuration; `files` are those it was merged from, the last one winning."""

    @abstractmethod
    def model_code(self, model: str) -> list[Path]:
        """Library files that a training of the model chooses by name."""

    @abstractmethod
    def map_tables(self) -> dict[str, Path]:
        """Tables of measured maps that it reads, by their names."""

    @abstractmethod
    def map_mirrors(self) -> dict[str, str]:
        """Folders to look for the files of these tables first."""

    @abstractmethod
    def targets(self) -> list[str]:
        """Files that a run makes beside the study's page."""

    @abstractmethod
    def check(self) -> None:
        """An error for settings that need torch or compiled code to be looked at, and so are before a run alone."""


def by_seeds(models: Sequence[str], seeds: Sequence[int]) -> list[tuple[str, int]]:
    """Models and seeds of trainings: the first model by every seed, the others by the first seed."""
    first, *others = models
    return [*product([first], seeds), *product(others, seeds[:1])]


def known() -> list[str]:
    """Names of all studies that the library has."""
    return sorted(path.parent.name for path in sources.LIBRARY.glob("*/plan.py"))


def chosen(config: Mapping[str, Any], files: Sequence[Path]) -> dict[str, Study]:
    """The studies that the merged configuration names, each from its own section."""
    names = config.get(KEY)
    where = str(files[-1])
    if not isinstance(names, list) or not names or len(set(map(str, names))) < len(names):
        raise GraincastError(f"{where}: key '{KEY}' is {names!r}, expected the names of studies, each once")
    for name in names:
        _check_known(name, f"{where}: key '{KEY}'")
    for path in files:
        for key in specs.read_yaml(path):
            if key != KEY:
                _check_known(key, f"{path}: key '{key}'")
    return {name: _plan(name, config, files) for name in names}


def _check_known(name: object, where: str) -> None:
    if name not in known():
        near = difflib.get_close_matches(str(name), [*known(), KEY], n=1)
        cure = f"did you mean '{near[0]}'?" if near else f"studies: {', '.join(known())}"
        raise GraincastError(f"{where}: there is no study '{name}' ({cure})")


def _plan(name: str, config: Mapping[str, Any], files: Sequence[Path]) -> Study:
    if not isinstance(config.get(name), dict):
        raise GraincastError(f"{files[-1]}: the study '{name}' has no section '{name}:' of its own: add it")
    build: Callable[[Mapping[str, Any], Sequence[Path]], Study] = importlib.import_module(f"graincast.{name}.plan").Plan
    return build(config[name], files)
