"""A data set: one physical set-up, simulated many times from different seeds.

Times are in px^2 of the fine grid over k. Simulation `i` depends on the data set's seed and on `i` only, so shards
can be made in any order on any machine. The first simulations train, the next validate, the last test: the split is
by simulation and never within one.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graincast import specs
from graincast.errors import GraincastError

SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class Frames:
    count: int  # the initial state included
    interval: float  # time between frames, px^2 / k
    pixels: int  # side of a boundary image
    oversampling: int  # fine pixels per pixel, along a side

    def __post_init__(self) -> None:
        if self.count < 2 or self.interval <= 0 or self.pixels < 8 or self.oversampling < 1:
            raise ValueError("frames need count >= 2, interval > 0, pixels >= 8 and oversampling >= 1")


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
    equilibration: float  # time evolved before t = 0, px^2 / k
    frames: Frames
    simulations: Simulations
    seed: int

    def __post_init__(self) -> None:
        if self.seed < 0 or self.equilibration < 0:
            raise ValueError("keys 'seed' and 'equilibration' must not be negative")

    @property
    def width(self) -> int:
        """Side of the simulated box in fine pixels."""
        return self.frames.pixels * self.frames.oversampling

    @property
    def times(self) -> NDArray[np.float64]:
        """Times of the frames, from 0."""
        return np.arange(self.frames.count, dtype=np.float64) * self.frames.interval

    def part_files(self, where: str) -> list[Path]:
        """The library files of its size law and its solver."""
        law = specs.part_file("structures", str(self.structure.get("law")), f"{where}, 'structure'")
        solver = specs.part_file("solvers", str(self.solver.get("name")), f"{where}, 'solver'")
        return [law, solver]

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


def load(path: Path) -> DataSet:
    """The data set that the YAML file at `path` describes, its structure and solver checked too."""
    dataset = specs.load(path, DataSet)
    chosen_parts(dataset, str(path))
    for file in dataset.start_files():
        if not Path(file).is_file():
            raise GraincastError(f"{path}, 'structure': key 'file': there is no {file} (seen from {Path.cwd()})")
    return dataset


def chosen_parts(dataset: DataSet, where: str) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    """(size law, its settings) and (solver, its settings)."""
    law = specs.part_settings("structures", dataset.structure, "law", f"{where}, 'structure'")
    solver = specs.part_settings("solvers", dataset.solver, "name", f"{where}, 'solver'")
    return law, solver


def simulate(dataset: DataSet, index: int) -> NDArray[np.int32]:
    """Label maps [frames, width, width] of simulation `index`."""
    (law, law_settings), (solver, solver_settings) = chosen_parts(dataset, "data set")
    rng = np.random.default_rng([dataset.seed, index])
    start = law.label_map(law_settings, dataset.width, rng)
    times = dataset.equilibration + dataset.times
    return np.stack(list(solver.evolve(start, solver_settings, times)))
