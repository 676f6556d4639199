"""A study's section of the configuration: names of YAML files, checked key by key against the files that are there."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from graincast.base import specs
from graincast.base.errors import GraincastError

Experiment = TypeVar("Experiment")


def build(study: str, section: Mapping[str, Any], files: Sequence[Path], kind: type[Experiment]) -> Experiment:
    """The experiment of a study's merged section; `files` are the files that it was merged from, the last winning."""
    having = [path for path in files if _own(study, path)]
    for path in having:
        specs.check(_own(study, path), kind, f"{path}, '{study}'")
    return specs.build(dict(section), kind, f"{(having or files)[-1]}, '{study}'")


def check_files(study: str, files: Sequence[Path], key: str, names: Sequence[str], folder: Path) -> None:
    """An error that names the file with the last word on `key` if one of its names is no YAML file of the folder."""
    for name in names:
        if not (folder / f"{name}.yaml").is_file():
            choices = ", ".join(sorted(path.stem for path in folder.glob("*.yaml")))
            where = _file_with(study, key, files)
            raise GraincastError(f"{where}: key '{key}': there is no {folder}/{name}.yaml (choices: {choices})")


def _own(study: str, path: Path) -> dict[str, Any]:
    """What a configuration file says of the study."""
    section = specs.read_yaml(path).get(study, {})
    if not isinstance(section, dict):
        raise GraincastError(f"{path}: key '{study}' is {section!r}, expected a mapping of keys to values")
    return section


def _file_with(study: str, key: str, files: Sequence[Path]) -> str:
    """The file that has the last word on `key`."""
    having = [path for path in files if key in _own(study, path)]
    return f"{having[-1]}, '{study}'" if having else "--config"
