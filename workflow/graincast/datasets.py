"""A data set: one physical set-up, simulated many times from different seeds.

Lengths are in sides of the mean grain of the structure as drawn; `units` says what times are in. Simulation `i` depends
on the data set's seed and on `i` only, so shards can be made in any order on any machine. The first simulations train,
the next validate, the last test: the split is by simulation and never within one.
"""

import ast
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graincast import specs
from graincast.errors import GraincastError
from graincast.networks.evolution import Unsound
from graincast.networks.network import Network

SPLITS = ("train", "validation", "test")
DRAWS = 5  # of one simulation's structure


@dataclass(frozen=True)
class Frames:
    count: int  # the initial state included
    interval: float  # time between frames
    pixels: int  # side of a boundary image
    line_width: float  # of the boundaries drawn in it, pixels

    def __post_init__(self) -> None:
        if self.count < 2 or self.interval <= 0 or self.pixels < 8 or not 0 < self.line_width <= self.pixels:
            raise ValueError("frames need count >= 2, interval > 0, pixels >= 8 and line_width > 0")


@dataclass(frozen=True)
class Simulations:
    train: int
    validation: int
    test: int
    per_shard: int  # simulations that one job makes

    def __post_init__(self) -> None:
        if min(self.train, self.validation, self.test) < 0 or self.total == 0 or self.per_shard < 1:
            raise ValueError("counts of simulations must not be negative, nor all 0, and per_shard at least 1")

    @property
    def total(self) -> int:
        return self.train + self.validation + self.test

    @property
    def shards(self) -> int:
        return -(-self.total // self.per_shard)


@dataclass(frozen=True)
class DataSet:
    structure: dict[str, Any]  # law: a file of structures/, with its settings
    solver: dict[str, Any]  # name: a file of solvers/, with its settings
    units: dict[str, Any]  # name: a file of units/, with its settings
    equilibration: float  # time evolved before t = 0
    frames: Frames
    simulations: Simulations
    seed: int

    def __post_init__(self) -> None:
        if self.seed < 0 or self.equilibration < 0:
            raise ValueError("keys 'seed' and 'equilibration' must not be negative")

    @property
    def times(self) -> NDArray[np.float64]:
        """Times of the frames, from 0."""
        return np.arange(self.frames.count, dtype=np.float64) * self.frames.interval

    def part_files(self, where: str) -> list[Path]:
        """The library files of its size law, its solver and its units."""
        law = specs.part_file("structures", str(self.structure.get("law")), f"{where}, 'structure'")
        solver = specs.part_file("solvers", str(self.solver.get("name")), f"{where}, 'solver'")
        units = specs.part_file("units", str(self.units.get("name")), f"{where}, 'units'")
        return [law, solver, units]

    def start_files(self) -> list[str]:
        """Files beside its YAML that its structures start from."""
        return [self.structure["file"]] if "file" in self.structure else []

    def of_shard(self, shard: int) -> range:
        """The simulations that shard number `shard` makes."""
        first = shard * self.simulations.per_shard
        return range(first, min(first + self.simulations.per_shard, self.simulations.total))

    def of_split(self, split: str) -> range:
        """The simulations of one split."""
        ends = np.cumsum([0] + [getattr(self.simulations, name) for name in SPLITS])
        index = SPLITS.index(split)
        return range(int(ends[index]), int(ends[index + 1]))


def description(dataset: DataSet) -> str:
    """A line about its structures: the first of their law's file, and the settings."""
    law = specs.part_file("structures", str(dataset.structure["law"]), "a data set")
    said = (ast.get_docstring(ast.parse(law.read_text())) or "").partition("\n")[0]
    settings = ", ".join(f"{key} {value}" for key, value in dataset.structure.items() if key != "law")
    return f"{said} Its settings: {settings}."


@dataclass(frozen=True)
class Parts:
    """What a data set chooses by name: modules and their settings."""

    law: ModuleType
    law_settings: Any
    solver: ModuleType
    solver_settings: Any
    units: ModuleType
    units_settings: Any


@dataclass(frozen=True)
class Simulation:
    networks: list[Network]  # one a frame
    reduced_mobility: float  # k in mean grain areas of the start per unit of the data set's times
    repairs: int  # parts of the evolution that were marched again
    redrawn: list[str]  # why earlier draws of the structure were given up


def load(path: Path) -> DataSet:
    """The data set that the YAML file at `path` describes; the settings of its parts are not looked at yet."""
    dataset = specs.load(path, DataSet)
    dataset.part_files(str(path))
    for file in dataset.start_files():
        if not Path(file).is_file():
            raise GraincastError(f"{path}, 'structure': key 'file': there is no {file} (seen from {Path.cwd()})")
    return dataset


def parts(dataset: DataSet, where: str) -> Parts:
    """The modules that a data set chooses and their settings, checked. Imports compiled code: not for every start."""
    law = specs.part_settings("structures", dataset.structure, "law", f"{where}, 'structure'")
    solver = specs.part_settings("solvers", dataset.solver, "name", f"{where}, 'solver'")
    units = specs.part_settings("units", dataset.units, "name", f"{where}, 'units'")
    return Parts(*law, *solver, *units)


def simulate(dataset: DataSet, chosen: Parts, index: int) -> Simulation:
    """Simulation `index`. A structure whose evolution breaks beyond repair is drawn anew, and the reason is kept."""
    rng = np.random.default_rng([dataset.seed, index])
    redrawn: list[str] = []
    while len(redrawn) < DRAWS:
        start = chosen.law.network(chosen.law_settings, rng)
        mobility = reduced_mobility(dataset, chosen, start)
        times = mobility * (dataset.equilibration + dataset.times)
        try:
            evolution = chosen.solver.evolve(start, chosen.solver_settings, times)
            return Simulation(evolution.networks, mobility, evolution.repairs, redrawn)
        except Unsound as error:
            redrawn.append(str(error))
    raise GraincastError(f"simulation {index}: {DRAWS} structures were drawn and none could be evolved: {redrawn[-1]}")


def reduced_mobility(dataset: DataSet, chosen: Parts, network: Network) -> float:
    """k in mean grain areas of the start per unit of the data set's times."""
    pixels_per_side = dataset.frames.pixels / network.box[0]
    return float(chosen.units.reduced_mobility(chosen.units_settings, pixels_per_side))
