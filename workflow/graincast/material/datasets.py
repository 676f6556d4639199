"""A data set: one physical set-up, simulated many times from different seeds.

Lengths are in sides of the mean grain of the structure as drawn; `units` says what times are in. Simulation `i` depends
on the data set's seed and on `i` only, so shards can be made in any order on any machine. The first simulations train,
the next validate, the last test: the split is by simulation and never within one.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graincast.base import specs
from graincast.base.errors import GraincastError
from graincast.material.networks.evolution import Unsound
from graincast.material.networks.network import Network

SPLITS = ("train", "validation", "test")
DRAWS = 5  # of one simulation's structure
FEWEST_SCORED = 5  # mean grains as drawn that fit into the scored part of a map: with less it says nothing


@dataclass(frozen=True)
class Frames:
    count: int  # the initial state included; 1: structures alone, which do not grow
    interval: float  # time between frames
    line_width: float  # of the boundaries drawn in a boundary image, pixels
    pixels: int | None = None  # side of a boundary image; or, where boxes differ in size,
    grain_pixels: float | None = None  # side of the mean grain as drawn

    def __post_init__(self) -> None:
        if (self.pixels is None) == (self.grain_pixels is None):
            raise ValueError("frames need one of the keys 'pixels' and 'grain_pixels'")
        if self.count < 1 or self.interval <= 0 or not 0 < self.line_width <= (self.pixels or self.line_width):
            raise ValueError("frames need count >= 1, interval > 0 and line_width > 0")
        if (self.pixels or 8) < 8 or (self.grain_pixels or 4) < 4:
            raise ValueError("frames need pixels >= 8, or grain_pixels >= 4")

    def shape(self, box: tuple[float, float]) -> tuple[int, int]:
        """Rows and columns of the boundary images of a box of this width and height."""
        if self.pixels is not None:
            return self.pixels, self.pixels
        return round(box[1] * self.pixels_per_side(box)), round(box[0] * self.pixels_per_side(box))

    def pixels_per_side(self, box: tuple[float, float]) -> float:
        """Pixels to the side of the mean grain as drawn."""
        return self.grain_pixels or (self.pixels or 0) / box[0]


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


UNITLESS = "mean_grain"  # units of data sets whose maps have each its own scale


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
        if self.measured != (self.frames.grain_pixels is not None):
            raise ValueError("key 'grain_pixels' of 'frames' is for measured maps, and 'pixels' for all others")
        if self.measured and (self._learned_from or self.equilibration or self.units != {"name": UNITLESS}):
            raise ValueError(
                "measured maps are only tested on, as they are: expected simulations of train 0, validation 0, "
                f"per_shard 1, equilibration 0 and units {UNITLESS}"
            )

    @property
    def measured(self) -> bool:
        """Whether its structures are measured maps, as many as can be had when it is made."""
        return self.structure.get("law") == "measured"

    def with_maps(self, count: int) -> "DataSet":
        """The same with one test simulation of each of so many maps; as it is where it is not measured."""
        return replace(self, simulations=replace(self.simulations, test=count)) if self.measured else self

    def scored(self, shape: tuple[int, int]) -> NDArray[np.bool_] | None:
        """Pixels [H, W] of a box that scores count, none where a map is too small; None: all.

        Of a mirrored map that is the map itself without the margin that its mirror images may influence.
        """
        if self.frames.grain_pixels is None:
            return None
        mask, margin = np.zeros(shape, bool), int(self.structure["margin"])
        mask[margin : max(margin, shape[0] // 2 - margin), margin : max(margin, shape[1] // 2 - margin)] = True
        enough = mask.sum() >= FEWEST_SCORED * self.frames.grain_pixels**2
        return mask if enough else np.zeros(shape, bool)

    @property
    def _learned_from(self) -> bool:
        return self.simulations.train + self.simulations.validation > 0 or self.simulations.per_shard > 1

    @property
    def times(self) -> NDArray[np.float64]:
        """Times of the frames, from 0."""
        return np.arange(self.frames.count, dtype=np.float64) * self.frames.interval

    def part_files(self, where: str) -> list[Path]:
        """The library files of its size law, its solver and its units."""
        law = specs.part_file("material/structures", str(self.structure.get("law")), f"{where}, 'structure'")
        solver = specs.part_file("material/solvers", str(self.solver.get("name")), f"{where}, 'solver'")
        units = specs.part_file("material/units", str(self.units.get("name")), f"{where}, 'units'")
        return [law, solver, units]

    def start_files(self) -> list[str]:
        """Files beside its YAML that its structures start from."""
        return [self.structure["file"]] if "file" in self.structure else []

    def of_shard(self, shard: int) -> range:
        """The simulations that shard number `shard` makes."""
        if self.measured:
            raise GraincastError("structures that start from measured maps are made by growth_evolve.py, not in shards")
        if not 0 <= shard < self.simulations.shards:
            raise GraincastError(f"there is no shard {shard}: the data set has {self.simulations.shards}, from 0")
        first = shard * self.simulations.per_shard
        return range(first, min(first + self.simulations.per_shard, self.simulations.total))

    def of_split(self, split: str) -> range:
        """The simulations of one split."""
        ends = np.cumsum([0] + [getattr(self.simulations, name) for name in SPLITS])
        index = SPLITS.index(split)
        return range(int(ends[index]), int(ends[index + 1]))


def description(dataset: DataSet) -> str:
    """A line about its structures: what the file of their law says of them, and the settings."""
    law = specs.part_file("material/structures", str(dataset.structure["law"]), "a data set")
    said = specs.text(law, "DESCRIPTION")
    settings = ", ".join(f"{key} {value}" for key, value in dataset.structure.items() if key != "law")
    return f"{said} Its settings: {settings}."


def turned(structure: Mapping[str, Any], key: str, value: float) -> dict[str, Any]:
    """Settings of a structure with another value of one: a whole number where it was and is one."""
    whole = isinstance(structure[key], int) and float(value).is_integer()
    return {**structure, key: int(value) if whole else value}


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
    side_um: float = math.nan  # micrometres to the side of the mean grain as drawn, where the start has a scale
    drawn_spread: float = math.nan  # standard deviation of ln R of the grains as drawn, before any equilibration


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
    law = specs.part_settings("material/structures", dataset.structure, "law", f"{where}, 'structure'")
    solver = specs.part_settings("material/solvers", dataset.solver, "name", f"{where}, 'solver'")
    units = specs.part_settings("material/units", dataset.units, "name", f"{where}, 'units'")
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
            return Simulation(evolution.networks, mobility, evolution.repairs, redrawn, drawn_spread=_log_spread(start))
        except Unsound as error:
            redrawn.append(str(error))
    raise GraincastError(f"simulation {index}: {DRAWS} structures were drawn and none could be evolved: {redrawn[-1]}")


def simulate_map(dataset: DataSet, chosen: Parts, path: Path) -> Simulation:
    """The simulation that starts from the cleaned map in a file; there is no other to draw if it cannot be evolved."""
    start = chosen.law.start(path, dataset.frames.grain_pixels)
    mobility = reduced_mobility(dataset, chosen, start.network)
    try:
        evolution = chosen.solver.evolve(start.network, chosen.solver_settings, mobility * dataset.times)
    except Unsound as error:
        raise GraincastError(f"{path}: cannot be evolved: {error}") from error
    return Simulation(evolution.networks, mobility, evolution.repairs, [], start.side_um, _log_spread(start.network))


def _log_spread(network: Network) -> float:
    from graincast.material.networks import measures  # compiled code, which no start that only reads needs

    return measures.log_spread(measures.areas(network))


def reduced_mobility(dataset: DataSet, chosen: Parts, network: Network) -> float:
    """k in mean grain areas of the start per unit of the data set's times."""
    pixels_per_side = dataset.frames.pixels_per_side(network.box)
    return float(chosen.units.reduced_mobility(chosen.units_settings, pixels_per_side))
