"""The sheet "asked and got": what was asked for, what a true structure of that kind shows, and what came out.

What is true and what is made are read alike, at the same pixels to a grain, so the second column is the one that the
made ones are held against. A difference counts where it is beyond `BEYOND` standard errors and beyond `SMALL` of the
value: less cannot be told from chance, or does not matter.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graincast.generation.generating import grain_statistics
from graincast.generation.generating.aim import Aim
from graincast.generation.generating.grain_statistics import OF_GRAINS, OF_PAIRS, Statistics
from graincast.generation.generating.likeness import Likeness
from graincast.material.grains import geometry
from graincast.material.microstructure import Microstructure

BEYOND, SMALL = 2.0, 0.03
ODD = 1.5  # times as many grains as asked for, or as few, tell of a draw that went wrong
TITLES = {
    "grains": "grains",
    "width": "width",
    "height": "height",
    "mean_diameter": "mean diameter",
    "spread": "spread of ln R",
    "mean_sides": "mean n",
    "sides_variance": "variance of n",
    "aspect_ratio": "mean aspect ratio",
    "half_distance_x": "same grain with chance 1/2, along x",
    "half_distance_y": "same grain with chance 1/2, along y",
}
WITHOUT_VERDICT = ("width", "height")


@dataclass(frozen=True)
class Line:
    """One quantity of the sheet, in its unit."""

    name: str
    unit: str
    asked: float  # NaN: nothing was said of it
    wanted: float  # of a true structure, read alike; NaN: not known
    wanted_error: float  # standard error
    got: float
    got_error: float

    @property
    def title(self) -> str:
        return TITLES.get(self.name, self.name)

    @property
    def differs(self) -> bool:
        """Whether what came out is not what was wanted, beyond chance and beyond what matters."""
        apart = abs(self.got - self.wanted)
        return apart > max(BEYOND * math.hypot(self.wanted_error, self.got_error), SMALL * abs(self.wanted))


@dataclass(frozen=True)
class Sheet:
    lines: tuple[Line, ...]  # of all structures together
    each: tuple[tuple[Line, ...], ...]  # of each structure
    wanted: NDArray[np.float64]  # [2, places] same-grain chances
    got: NDArray[np.float64]
    doubts: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """In a sentence."""
        judged = [line for line in self.lines if line.name not in WITHOUT_VERDICT]
        off = [line for line in judged if line.differs]
        if not off:
            return f"all {len(judged)} statistics are as wanted, as far as so many grains can tell"
        said = "; ".join(f"{line.title} {line.got:.3g} for {line.wanted:.3g}" for line in off)
        return f"{len(judged) - len(off)} of {len(judged)} statistics are as wanted, and these are not: {said}"


def sheet(target: Aim, seen: Likeness | None, made: Sequence[Microstructure], rng: np.random.Generator) -> Sheet:
    """That of some structures."""
    together = grain_statistics.of_maps([one.labels for one in made], True, rng)
    alone = [together] if len(made) == 1 else [grain_statistics.of_maps([one.labels], True, rng) for one in made]
    phases = None if seen is None else seen.structure
    each = [_lines(target, phases, said, [one]) for said, one in zip(alone, made, strict=True)]
    lines = each[0] if len(made) == 1 else _lines(target, phases, together, made)
    odd = [
        f"structure {number} has {one.grains} grains where {target.grains:.0f} were wanted: an odd draw"
        for number, one in enumerate(made, start=1)
        if not 1 / ODD < one.grains / target.grains < ODD
    ]
    return Sheet(lines, tuple(each), target.wanted.same_grain, together.same_grain, (*target.doubts, *odd))


def _lines(
    target: Aim, like: Microstructure | None, said: Statistics, made: Sequence[Microstructure]
) -> tuple[Line, ...]:
    """All quantities; numbers and sides of the map for one structure."""
    unit, length = ("px", 1.0) if target.step is None else ("um", target.step)
    share = said.errors["mean_diameter"] / said.values["mean_diameter"]
    grains = said.grains / len(made)
    lines = [
        Line("grains", "", target.asked.get("grains", math.nan), target.grains, 0.0, grains, 2 * share * grains),
        *(
            Line(name, unit, length * target.asked.get(name, math.nan), length * side, 0.0, length * side, 0.0)
            for name, side in zip(("height", "width"), target.shape, strict=True)
        ),
    ]
    for name in (*OF_GRAINS, *OF_PAIRS):
        scale = length if name == "mean_diameter" else 1.0
        own_unit = {"mean_diameter": unit, "half_distance_x": "mean diameters", "half_distance_y": "mean diameters"}
        values = (target.asked.get(name, math.nan), target.wanted.values[name], target.wanted.errors[name])
        got = (said.values[name], said.errors[name])
        lines.append(Line(name, own_unit.get(name, ""), *(scale * value for value in (*values, *got))))
    return (*lines, *_phases(like, made))


def _phases(like: Microstructure | None, made: Sequence[Microstructure]) -> list[Line]:
    """Shares of the area of the phases of a map that has several."""
    names = sorted(set(like.phases)) if like is not None else []
    if like is None or len(names) < 2:
        return []
    lines = []
    for name in names:
        wanted, got = _share(like, name), float(np.mean([_share(one, name) for one in made]))
        grain = 1 / sum(one.grains for one in made)
        lines.append(Line(f"share of {name}", "of the area", wanted, wanted, 0.0, got, grain))
    return lines


def _share(structure: Microstructure, phase: str) -> float:
    area = geometry.areas(structure.labels)
    return float(area[np.array(structure.phases) == phase].sum() / area.sum())
