"""What is asked of a generator against what it draws: the side of the mean grain and the spread of sizes.

What a user asks for is a size: a generator draws at one side, and the size is that of its pixels. Beside that, side and
spread are asked of the network itself, one after the other, all else as in the fields that were learned from, within
the range that these have and beyond it. The variance of n that goes with a spread is that of a straight line through
these fields. What is drawn is read as everything is, and a reading loses the smallest grains: so what true fields of
the same conditions show when they are read stands beside, as far as there are any.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graincast.generation import reading
from graincast.generation.contract import Generator
from graincast.generation.data import conditions
from graincast.generation.data.conditions import TYPICAL_PX, Conditions
from graincast.generation.data.fields import StructureField
from graincast.generation.sources import canonical
from graincast.material.grains import geometry

SIZES = (5.0, 7.0, 10.0, 14.0, 20.0, 40.0)  # of the side of a mean grain, in units that a user has
SIDES = (0.75, 0.85, 0.92, 1.0, 1.08, 1.18, 1.3)  # of the usual side of a mean grain
FIRST_SIZE = 1000  # number of the first field of these
SPREADS = 8  # over half more than the range that was learned from
BOX_GRAINS = 400
WITHIN, BEYOND = "within", "beyond"
Row = dict[str, Any]


def rows(generator: Generator, learned: Sequence[StructureField], zoom: float, each: int) -> Iterator[Row]:
    """Rows of the table: asked and got, for fields drawn `each` times; `zoom` is how far sizes were varied."""
    known = np.array([field.conditions for field in learned])
    usual = Conditions(TYPICAL_PX, *np.median(known[:, 1:], axis=0).tolist())
    low, high = float(known[:, 1].min()), float(known[:, 1].max())
    slope, start = np.polyfit(known[:, 1], known[:, 2], 1)
    asked = [("side", usual.enlarged(share), 1 / zoom <= share <= zoom) for share in SIDES]
    for spread in np.linspace(max(0.05, low - (high - low) / 4), high + (high - low) / 4, SPREADS):
        wanted = usual._replace(spread=float(spread), sides_variance=float(start + slope * spread))
        asked.append(("spread", wanted, low <= spread <= high))
    yield from _sizes(generator, usual, each)
    number = 0
    for dial, wanted, inside in asked:
        for _ in range(each):
            got = read(drawn(generator, wanted, number))
            pairs = {"asked_side": wanted.grain_px, "got_side": got.grain_px}
            pairs |= {"asked_spread": wanted.spread, "got_spread": got.spread}
            place = {"case": f"{dial}_{WITHIN if inside else BEYOND}", "sample": number}
            yield from ({**place, "score": score, "value": value} for score, value in pairs.items())
            number += 1


def _sizes(generator: Generator, usual: Conditions, each: int) -> Iterator[Row]:
    """Sizes asked for as the command does."""
    for number, size in enumerate(np.repeat(SIZES, each)):
        got = read(drawn(generator, usual, FIRST_SIZE + number))
        for score, value in (("asked_size", size), ("got_size", got.grain_px * size / TYPICAL_PX)):
            yield {"case": f"size_{WITHIN}", "sample": FIRST_SIZE + number, "score": score, "value": float(value)}


def of_truth(learned: Sequence[StructureField]) -> Iterator[Row]:
    """What is so of true fields, and what is read of them."""
    for number, field in enumerate(learned):
        got = read(canonical.read_field(field, number).labels)
        for score, value in (("asked_spread", field.conditions.spread), ("got_spread", got.spread)):
            yield {"case": "spread_of_truth", "sample": number, "score": score, "value": value}


def drawn(generator: Generator, wanted: Conditions, number: int) -> NDArray[np.int32]:
    """The grains of a field of some hundred grains."""
    side = round(BOX_GRAINS**0.5 * wanted.grain_px / generator.step) * generator.step
    return reading.field(generator.draw((side, side), wanted, np.random.default_rng(number)).cpu().numpy())


def read(labels: NDArray[np.int32]) -> Conditions:
    """Conditions of the grains of a periodic map."""
    return conditions.of_grains(geometry.areas(labels).astype(float), geometry.sides(labels))
