"""The growth study's section of the configuration: which data sets, models, seeds and cases.

Names only; each is a YAML file of its own. What a dial makes of a case has no file: it is the case with another
value of one setting, and is called after it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from graincast.base import section as study_section

STUDY = "growth"
DATASETS = Path("config/growth/datasets")
MODELS = Path("config/growth/models")


@dataclass(frozen=True)
class Solvers:
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
    """One setting of a case's structure, which takes one value after the other."""

    case: str
    key: str  # the setting
    values: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.values) < 2 or any(after <= before for before, after in pairwise(self.values)):
            raise ValueError(f"the dial of '{self.case}' needs two values or more that grow; found {list(self.values)}")
        if len(set(map(self.name_at, self.values))) < len(self.values):
            raise ValueError(f"values of the dial of '{self.case}' are alike in six digits; found {list(self.values)}")

    def name_at(self, value: float) -> str:
        """What the case is called with this value."""
        return f"{self.case}_{self.key}_{value:g}".replace(".", "p").replace("-", "m").replace("+", "")


@dataclass(frozen=True)
class Experiment:
    datasets: tuple[str, ...]  # trained on
    cases: tuple[str, ...]  # data sets evaluated on
    models: tuple[str, ...]
    seeds: tuple[int, ...]
    solvers: Solvers
    dials: tuple[Dial, ...] = ()
    threads: int = 1  # of one training or evaluation; part of the experiment, since sums depend on it to the last bit

    def __post_init__(self) -> None:
        for key in ("datasets", "cases", "models", "seeds"):
            values = getattr(self, key)
            if not values or len(set(values)) < len(values):
                raise ValueError(f"key '{key}' needs one entry or more, each once; found {list(values)}")
        if min(self.seeds) < 0:
            raise ValueError(f"key 'seeds' holds {min(self.seeds)}, expected 0 or more")
        turned = [(dial.case, dial.key) for dial in self.dials]
        if len(set(turned)) < len(turned):
            raise ValueError(f"key 'dials' needs each setting of a case once; found {turned}")
        for name in (*self.datasets, *self.cases, *self.models, *(dial.case for dial in self.dials)):
            if not name.isidentifier():
                raise ValueError(f"the name '{name}' cannot be part of a path here: use letters, digits and _")
        if self.threads < 1:
            raise ValueError(f"key 'threads' is {self.threads}, expected 1 or more")

    @property
    def main_datasets(self) -> tuple[str, ...]:
        """Data sets of the report's main figures and tables: those trained on and the cases."""
        return tuple(dict.fromkeys(self.datasets + self.cases))

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


def build(section: Mapping[str, Any], files: Sequence[Path]) -> Experiment:
    """The experiment of the merged section; `files` are the files that it was merged from, the last winning."""
    experiment = study_section.build(STUDY, section, files, Experiment)
    for key, names, folder in (
        ("datasets", experiment.datasets, DATASETS),
        ("cases", experiment.cases, DATASETS),
        ("dials", tuple(dial.case for dial in experiment.dials), DATASETS),
        ("models", experiment.models, MODELS),
    ):
        study_section.check_files(STUDY, files, key, names, folder)
    return experiment
