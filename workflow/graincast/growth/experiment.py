"""The experiment: which data sets, models, seeds and cases. Names only; each is a YAML file of its own."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graincast.base import specs
from graincast.base.errors import GraincastError

DATASETS = Path("config/datasets")
MODELS = Path("config/models")


@dataclass(frozen=True)
class Validation:
    """Front tracking against the phase field, on structures of their own."""

    grains: int  # of a structure
    structures: int
    reference: float  # segment of the front tracking that all are compared with, mean grain sides
    cells: tuple[float, ...]  # of the phase field, to the side of the mean grain

    def __post_init__(self) -> None:
        if self.grains < 20 or self.structures < 1 or not 0.02 <= self.reference <= 0.4:
            raise ValueError("expected 20 'grains' or more, 1 of 'structures' or more, a 'reference' of 0.02 to 0.4")
        if not self.cells or min(self.cells) < 8:
            raise ValueError("key 'cells' needs one number or more, each 8 or more")


@dataclass(frozen=True)
class Dial:
    """Data sets that differ in one setting of their structure, which grows from each to the next."""

    name: str
    key: str  # the setting
    cases: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.cases) < 2 or len(set(self.cases)) < len(self.cases):
            raise ValueError(f"dial '{self.name}' needs two cases or more, each once; found {list(self.cases)}")


@dataclass(frozen=True)
class Experiment:
    datasets: tuple[str, ...]  # trained on
    cases: tuple[str, ...]  # data sets evaluated on
    models: tuple[str, ...]
    seeds: tuple[int, ...]
    threads: int  # of one training or evaluation
    validation: Validation
    dials: tuple[Dial, ...]

    def __post_init__(self) -> None:
        for key in ("datasets", "cases", "models", "seeds"):
            values = getattr(self, key)
            if not values or len(set(values)) < len(values):
                raise ValueError(f"key '{key}' needs one entry or more, each once; found {list(values)}")
        if min(self.seeds) < 0:
            raise ValueError(f"key 'seeds' holds {min(self.seeds)}, expected 0 or more")
        names = [dial.name for dial in self.dials]
        if len(set(names)) < len(names):
            raise ValueError(f"key 'dials' needs each name once; found {names}")
        for name in (*self.datasets, *self.cases, *self.models, *self._on_dials):
            if not name.isidentifier():
                raise ValueError(f"the name '{name}' cannot be part of a path here: use letters, digits and _")
        if self.threads < 1:
            raise ValueError(f"key 'threads' is {self.threads}, expected 1 or more")

    @property
    def main_datasets(self) -> tuple[str, ...]:
        """Data sets of the report's main figures and tables: those trained on and the cases."""
        return tuple(dict.fromkeys(self.datasets + self.cases))

    @property
    def dial_cases(self) -> tuple[str, ...]:
        """Data sets of dials that are no cases: evaluated from the first seed and training data set alone."""
        return tuple(dict.fromkeys(name for name in self._on_dials if name not in self.cases))

    @property
    def all_datasets(self) -> tuple[str, ...]:
        """Data sets to simulate."""
        return tuple(dict.fromkeys(self.main_datasets + self.dial_cases))

    @property
    def _on_dials(self) -> tuple[str, ...]:
        return tuple(name for dial in self.dials for name in dial.cases)

    def trainings(self, learning: Collection[str]) -> list[tuple[str, str, int]]:
        """(model, data set, seed) of every training, given the models that learn something.

        A model that learns nothing is the same from every seed: it has the first alone.
        """
        return [
            (model, dataset, seed)
            for model in self.models
            for dataset in self.datasets
            for seed in (self.seeds if model in learning else self.seeds[:1])
        ]


def build(config: dict[str, Any], files: list[Path]) -> Experiment:
    """The experiment that the merged `config` describes; `files` are the files it was merged from, the last winning."""
    for path in files:
        specs.check(specs.read_yaml(path), Experiment, str(path))
    experiment = specs.build(config, Experiment, str(files[-1]))
    for key, names, folder in (
        ("datasets", experiment.datasets, DATASETS),
        ("cases", experiment.cases, DATASETS),
        ("dials", experiment.dial_cases, DATASETS),
        ("models", experiment.models, MODELS),
    ):
        for name in names:
            if not (folder / f"{name}.yaml").is_file():
                choices = ", ".join(sorted(path.stem for path in folder.glob("*.yaml")))
                where = _file_with(key, files)
                raise GraincastError(f"{where}: key '{key}': there is no {folder}/{name}.yaml (choices: {choices})")
    return experiment


def _file_with(key: str, files: list[Path]) -> str:
    """The file that has the last word on `key`."""
    having = [path for path in files if key in specs.read_yaml(path)]
    return str(having[-1]) if having else "--config"
