"""What a generator learned from, field by field: how structures of a spread look when they are read as made ones are.

A distance map loses its smallest grains when it is read at `TYPICAL_PX` pixels to the side of a mean grain, so numbers
of the truth are not those of its reading. Both stand here, in a JSON file beside the weights, a value a field:

    spread, sides_variance           as the generator was told, of the truth
    read, relaxed                    of what is read, and of that after its breath of growth (`relaxing`):
        grains_per_square            grains in a square with the side of the true mean grain
        mean_diameter, spread, ...   `grain_statistics`, mean_diameter in true sides
        same_grain                   [2][places] of `grain_statistics`
    grain_px                         pixels to the side of a mean grain (one value)

It is made anew, for other weights, by `write(Path("pretrained/conditions.json"), [Path("train.npz")])`.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graincast.base import specs
from graincast.base.errors import GraincastError
from graincast.base.storage import write_text
from graincast.generation.data import fields
from graincast.generation.data.conditions import TYPICAL_PX, Conditions
from graincast.generation.generating import grain_statistics, relaxing
from graincast.generation.generating.grain_statistics import OF_GRAINS, OF_PAIRS, Statistics
from graincast.generation.sources import canonical

NEAR = 0.03  # of the spread: how far a field counts as one of its kind
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Appearance:
    """Fields as they are seen in one way."""

    grains_per_square: Floats  # [fields]
    values: dict[str, Floats]  # [fields] of OF_GRAINS
    same_grain: Floats  # [fields, 2, places]

    def mean(self, weight: Floats) -> tuple[float, Statistics]:
        """Grains a square, and statistics with diameters in pixels, of fields with weights [fields] that sum to 1."""
        pairs = zip(*(grain_statistics.half_distances(one) for one in self.same_grain), strict=True)
        several = self.values | {name: np.array(each) for name, each in zip(OF_PAIRS, pairs, strict=True)}
        several["mean_diameter"] = TYPICAL_PX * several["mean_diameter"]
        values = {name: float(weight @ each) for name, each in several.items()}
        one_in = float(weight @ weight)
        errors = {name: math.sqrt(weight @ (each - values[name]) ** 2 * one_in) for name, each in several.items()}
        curves = np.tensordot(weight, self.same_grain, 1)
        return float(weight @ self.grains_per_square), Statistics(1 / one_in, values, errors, curves)


@dataclass(frozen=True)
class Examples:
    spread: Floats  # [fields]
    sides_variance: Floats  # [fields]
    read: Appearance
    relaxed: Appearance

    @property
    def spreads(self) -> tuple[float, float]:
        """Least and largest spread that was learned from."""
        return float(self.spread.min()), float(self.spread.max())

    def nearest(self, asked: Conditions) -> Conditions:
        """The nearest that were learned from: a network goes astray beyond them."""
        variances = float(self.sides_variance.min()), float(self.sides_variance.max())
        return asked._replace(
            spread=min(max(asked.spread, self.spreads[0]), self.spreads[1]),
            sides_variance=min(max(asked.sides_variance, variances[0]), variances[1]),
        )

    def near(self, spread: float) -> Floats:
        """Weights [fields], which sum to 1, of those of about a spread; beyond all, of the nearest."""
        inside = min(max(spread, self.spreads[0]), self.spreads[1])
        weight = np.exp(-((self.spread - inside) ** 2) / (2 * NEAR**2))
        return np.asarray(weight / weight.sum())


def load(path: Path) -> Examples:
    """Those of a file."""
    found = specs.read_yaml(path)
    try:
        spread, variance = (np.array(found[name], float) for name in ("spread", "sides_variance"))
        return Examples(spread, variance, _seen(found["read"]), _seen(found["relaxed"]))
    except (KeyError, TypeError, ValueError) as error:
        raise GraincastError(f"{path}: does not describe what was learned from: {error}") from error


def write(path: Path, splits: Sequence[Path]) -> None:
    """Write those of the fields of some splits."""
    several = [field for split in splits for field in fields.read(split)]
    maps = [canonical.read_field(field, 0).labels for field in several]
    relaxed = [relaxing.relaxed(one, relaxing.smaller(one.shape))[0] for one in maps]
    record = {
        "grain_px": TYPICAL_PX,
        "spread": _rounded([field.conditions.spread for field in several]),
        "sides_variance": _rounded([field.conditions.sides_variance for field in several]),
        "read": _record(maps),
        "relaxed": _record(relaxed),
    }
    write_text(path, json.dumps(record) + "\n")


def _seen(found: Mapping[str, Any]) -> Appearance:
    values = {name: np.array(found[name], float) for name in OF_GRAINS}
    return Appearance(np.array(found["grains_per_square"], float), values, np.array(found["same_grain"], float))


def _record(maps: Sequence[NDArray[np.int32]]) -> dict[str, Any]:
    """What is seen in periodic maps, one of each field."""
    seen = [grain_statistics.of_maps([labels], True, np.random.default_rng(0)) for labels in maps]
    squares = [labels.size / TYPICAL_PX**2 for labels in maps]
    return {
        "grains_per_square": _rounded([one.grains / number for one, number in zip(seen, squares, strict=True)]),
        **{name: _rounded([one.values[name] for one in seen]) for name in OF_GRAINS if name != "mean_diameter"},
        "mean_diameter": _rounded([one.values["mean_diameter"] / TYPICAL_PX for one in seen]),
        "same_grain": [[_rounded(along) for along in one.same_grain.tolist()] for one in seen],
    }


def _rounded(values: Sequence[float]) -> list[float]:
    return [round(float(value), 4) for value in values]
