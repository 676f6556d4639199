"""What is to be drawn, and what a true structure of that kind shows when it is read as a made one is.

A generator knows no lengths: its mean grain has a side of `TYPICAL_PX` pixels. The side of a pixel is set before
anything is drawn, so that the map as it is written has the mean size that is asked for if the generator keeps to it;
whether it does is then measured.
"""

import math
from dataclasses import dataclass

from graincast.base.errors import GraincastError
from graincast.generation.data.conditions import TYPICAL_PX, Conditions
from graincast.generation.generating.asked import FEWEST_GRAINS, GRAINS, NORMAL_GROWTH, Asked
from graincast.generation.generating.grain_statistics import Statistics
from graincast.generation.generating.learned_from import Examples
from graincast.generation.generating.likeness import Likeness

MOST_PIXELS = 4096**2  # 220 bytes and some 40 us of one core each to draw
FEW_GRAINS = 150  # of a map, of which its mean size is known to some 5 %


@dataclass(frozen=True)
class Aim:
    conditions: Conditions
    shape: tuple[int, int]  # rows and columns
    step: float | None  # micrometres a pixel
    grains: float
    wanted: Statistics  # diameters in pixels of what is drawn
    asked: dict[str, float]  # what was asked in so many words, by the names of statistics; diameters in pixels
    doubts: tuple[str, ...]


def by_spread(asked: Asked, examples: Examples, multiple: int) -> Aim:
    """Without a map: a spread, and what goes with it in what was learned from."""
    spread = NORMAL_GROWTH if asked.spread is None else asked.spread
    weight = examples.near(spread)
    per_square, wanted = (examples.relaxed if asked.relax else examples.read).mean(weight)
    step = None if asked.mean_size is None else asked.mean_size / wanted.values["mean_diameter"]
    low, high = examples.spreads
    doubts = []
    if not low <= spread <= high:
        doubts.append(
            f"a spread of {spread:g} is beyond what the generator learned from ({low:.2f} to {high:.2f}): the nearest "
            "one is drawn"
        )
    conditions = examples.nearest(Conditions(TYPICAL_PX, spread, float(weight @ examples.sides_variance)))
    shape = _shape(asked, step, per_square, asked.grains or GRAINS, 1.0, multiple)
    grains = shape[0] * shape[1] * per_square / TYPICAL_PX**2
    said = {"mean_diameter": wanted.values["mean_diameter"], "spread": spread, **_extent(asked, step)}
    return Aim(conditions, shape, step, grains, wanted, said, tuple(doubts))


def by_map(asked: Asked, seen: Likeness, examples: Examples, multiple: int, where: str) -> Aim:
    """Like a map: its own mean size and number of grains, unless others are asked for."""
    if asked.spread is not None:
        raise GraincastError(f"--spread with --like: the spread is that of {where}")
    if asked.mean_size is not None and seen.structure.step is None:
        raise GraincastError(
            f"{where}: has no scale: give its size of a pixel (--pixel-size) before another mean size (--mean-size)"
        )
    own = seen.own.values["mean_diameter"]
    diameter = seen.read.values["mean_diameter"]
    size = asked.mean_size or (None if seen.structure.step is None else own * seen.structure.step)
    step = None if size is None else size / diameter
    rows, columns = seen.structure.labels.shape
    proportion = rows / columns if asked.grains is None else 1.0
    shape = _shape(
        asked, step, seen.grains_per_square, asked.grains or max(seen.grains, FEWEST_GRAINS), proportion, multiple
    )
    grains = shape[0] * shape[1] * seen.grains_per_square / TYPICAL_PX**2
    said = {name: value for name, value in seen.own.values.items() if name != "mean_diameter"}
    said |= {"mean_diameter": diameter, "grains": seen.grains, **_extent(asked, step)}
    return Aim(examples.nearest(seen.conditions), shape, step, grains, seen.read, said, _doubts(seen, examples, where))


def _extent(asked: Asked, step: float | None) -> dict[str, float]:
    """How large the map was asked to be: grains, or sides in pixels."""
    if asked.grains is not None:
        return {"grains": float(asked.grains)}
    if asked.size is None or step is None:
        return {}
    return {"width": asked.size[0] / step, "height": asked.size[1] / step}


def _doubts(seen: Likeness, examples: Examples, where: str) -> tuple[str, ...]:
    doubts = []
    if seen.own.grains < FEW_GRAINS:
        unit, length = ("px", 1.0) if seen.structure.step is None else ("um", seen.structure.step)
        mean, error = (length * each["mean_diameter"] for each in (seen.own.values, seen.own.errors))
        doubts.append(
            f"{where} is too small to know its statistics: {seen.own.grains:g} grains clear of its edges, mean size "
            f"{mean:.3g} {unit} with a 95 % interval of {mean - 1.96 * error:.3g} to {mean + 1.96 * error:.3g}"
        )
    low, high = examples.spreads
    if not low <= seen.conditions.spread <= high:
        doubts.append(
            f"the spread of {where}, {seen.conditions.spread:.2f}, is beyond what the generator learned from before it "
            f"was fitted ({low:.2f} to {high:.2f})"
        )
    return tuple(doubts)


def _shape(
    asked: Asked, step: float | None, per_square: float, grains: float, proportion: float, multiple: int
) -> tuple[int, int]:
    """Rows and columns, multiples of what the generator needs, for a size or for so many grains."""
    if asked.size is not None:
        if step is None:
            raise GraincastError("--size needs micrometres: give the mean size of grains too (--mean-size)")
        wanted = asked.size[1] / step, asked.size[0] / step
    else:
        columns = math.sqrt(grains / per_square * TYPICAL_PX**2 / proportion)
        wanted = proportion * columns, columns
    if wanted[0] * wanted[1] > MOST_PIXELS:
        most = MOST_PIXELS * per_square / TYPICAL_PX**2
        raise GraincastError(
            f"a map of {wanted[0] * wanted[1] * per_square / TYPICAL_PX**2:.3g} grains is too large to draw in one go, "
            f"expected {most:,.0f} at most"
        )
    held = wanted[0] * wanted[1] * per_square / TYPICAL_PX**2
    if min(wanted) < 3 * TYPICAL_PX or round(held) < FEWEST_GRAINS:
        raise GraincastError(
            f"a map of {wanted[1]:.0f} x {wanted[0]:.0f} pixels at {TYPICAL_PX:g} pixels to a mean grain holds "
            f"{held:.3g} grains, expected {FEWEST_GRAINS} or more, and 3 along each side: fewer are no structure"
        )
    rows, columns = (multiple * round(side / multiple) for side in wanted)
    return rows, columns
