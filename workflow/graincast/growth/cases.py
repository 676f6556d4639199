"""The data sets of a growth study: those that the experiment names, and those that its dials make of them.

Functions that take `wildcards` are inputs and parameters of rules. A data set of measured maps has a trajectory a map,
made by `growth_evolve`; all others have one a shard, made by `growth_simulate`.
"""

from functools import cache, cached_property
from pathlib import Path
from typing import Any

from graincast.base.errors import GraincastError
from graincast.growth import fit_together
from graincast.growth.experiment import DATASETS, Dial, Experiment
from graincast.material import datasets
from graincast.material.datasets import DataSet
from graincast.material.measured import map_table

ROOT = "results/growth"


class Cases:
    """Which files the data sets of an experiment are made from and of."""

    def __init__(self, experiment: Experiment) -> None:
        self.experiment = experiment
        self._dataset_of = cache(_described)
        self.dataset = cache(self._dataset)
        self.maps = cache(self._maps)

    @cached_property
    def turned(self) -> dict[str, tuple[Dial, float]]:
        """Data sets that a dial makes of a case: by name, the dial and its value."""
        return {
            dial.name_at(value): (dial, value)
            for dial in self.experiment.dials
            for value in dial.values
            if self._dataset_of(dial.case).structure.get(dial.key) != value
        }

    def on_dial(self, dial: Dial) -> list[str]:
        """Data sets of a dial, value by value: the case itself where that is its own."""
        names = [dial.name_at(value) for value in dial.values]
        return [name if name in self.turned else dial.case for name in names]

    @cached_property
    def simulated_cases(self) -> list[str]:
        return [name for name in self.experiment.cases if not self.dataset(name).measured]

    @cached_property
    def measured_cases(self) -> list[str]:
        return [name for name in self.experiment.cases if self.dataset(name).measured]

    @cached_property
    def dial_cases(self) -> list[str]:
        """Data sets of dials that are no cases: evaluated from the first seed and training data set alone."""
        named = [name for dial in self.experiment.dials for name in self.on_dial(dial)]
        return [name for name in dict.fromkeys(named) if name not in self.experiment.cases]

    @cached_property
    def all_datasets(self) -> list[str]:
        return list(dict.fromkeys([*self.experiment.main_datasets, *self.dial_cases]))

    def _dataset(self, name: str) -> DataSet:
        if name in self.turned:
            dial, value = self.turned[name]
            return fit_together.turned(self._dataset_of(dial.case), dial, value)
        return self._dataset_of(name)

    def dataset_file(self, name: str) -> str:
        """The YAML of a data set: its own, or the one that `growth_turn` makes of a case's."""
        return f"{ROOT}/datasets/{name}.yaml" if name in self.turned else f"{DATASETS}/{name}.yaml"

    def told(self, name: str) -> str:
        """What an error calls a data set: its file, and what a dial has made of it."""
        if name not in self.turned:
            return self.dataset_file(name)
        dial, value = self.turned[name]
        return f"{DATASETS}/{dial.case}.yaml with a dial's {dial.key} of {value:g}"

    def turned_from(self, wildcards: Any) -> str:
        return f"{DATASETS}/{self.turned[wildcards.dataset][0].case}.yaml"

    def turned_to(self, wildcards: Any) -> str:
        dial, value = self.turned[wildcards.dataset]
        return f"--key {dial.key} --value {value!r}"

    def dataset_of(self, wildcards: Any) -> str:
        return self.dataset_file(wildcards.dataset)

    def dataset_of_case(self, wildcards: Any) -> str:
        return self.dataset_file(wildcards.case)

    def start_files(self, wildcards: Any) -> list[str]:
        """Files of the user's that a data set starts from."""
        return self.dataset(wildcards.dataset).start_files()

    def trajectories(self, name: str) -> list[str]:
        """The trajectory files of a data set: of its shards, or of its maps."""
        if self.dataset(name).measured:
            return [f"{ROOT}/evolved/{name}/{one}.npz" for one in self.maps(name)]
        return [f"{ROOT}/trajectories/{name}/{shard}.npz" for shard in range(self.dataset(name).simulations.shards)]

    def trajectories_of(self, wildcards: Any) -> list[str]:
        return self.trajectories(wildcards.dataset)

    def trajectories_of_case(self, wildcards: Any) -> list[str]:
        return self.trajectories(wildcards.case)

    def map_tables(self) -> dict[str, Path]:
        tables = [Path(self.dataset(name).structure["table"]) for name in self.measured_cases]
        return {path.stem: path for path in tables}

    def map_mirrors(self) -> dict[str, str]:
        """The folder that a data set names for the files of its table."""
        structures = [self.dataset(name).structure for name in self.measured_cases]
        return {Path(one["table"]).stem: one["mirror"] for one in structures}

    def table_of(self, name: str) -> Path:
        return Path(self.dataset(name).structure["table"])

    def _maps(self, name: str) -> list[str]:
        """The maps of a measured data set, as its table orders them."""
        return [row.name for row in map_table.load_all(self.table_of(name))]

    def check(self) -> None:
        """An error for names that mean two things, and for tables of maps that cannot be read or have no row of use."""
        for name in self.turned:
            if (DATASETS / f"{name}.yaml").exists():
                raise GraincastError(f"{DATASETS}/{name}.yaml: is also what a dial of 'dials' makes: rename it")
        tables: dict[str, tuple[str, str]] = {}
        for name in self.measured_cases:
            table, mirror = self.table_of(name), self.dataset(name).structure["mirror"]
            if tables.setdefault(table.stem, (str(table), mirror)) != (str(table), mirror):
                raise GraincastError(
                    f"{DATASETS}/{name}.yaml, 'structure': keys 'table' and 'mirror' are {table} and '{mirror}', but "
                    f"another case has {' and '.join(map(repr, tables[table.stem]))}: name the same, or another table"
                )
            if not self.maps(name):
                raise GraincastError(f"{table}: names no map, expected one or more, or no case '{name}'")
            map_table.check_any(table)

    def cleaned_map(self, wildcards: Any) -> str:
        return f"results/measured/{self.table_of(wildcards.dataset).stem}/{wildcards.map}.npz"

    def cleaned_maps(self) -> list[str]:
        """The grains of all maps of all measured cases."""
        named = [(self.table_of(name).stem, one) for name in self.measured_cases for one in self.maps(name)]
        return [f"results/measured/{table}/{one}.npz" for table, one in dict.fromkeys(named)]

    def verdicts(self) -> list[str]:
        """Whether each map can be evaluated, and why not."""
        return [f"{ROOT}/evolved/{name}/{one}.csv" for name in self.measured_cases for one in self.maps(name)]


def _described(name: str) -> DataSet:
    return datasets.load(DATASETS / f"{name}.yaml")
