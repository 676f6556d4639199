"""What a generator learned from, field by field: how structures of a spread look when they are read as made ones are.

A distance map loses its smallest grains when it is read at `TYPICAL_PX` pixels to the side of a mean grain, so numbers
of the truth are not those of its reading. Both stand here, in a JSON file beside the weights, a value a field:

    spread, sides_variance                   as the generator was told, of the truth
    grains_per_square                        grains that are read in a square with the side of the true mean grain
    read: mean_diameter, spread, ...         `grain_statistics`, mean_diameter in true sides
    read: same_grain                         [2][places] of `grain_statistics`
    grain_px                                 pixels to the side of a mean grain (one value)

It is made anew, for other weights, by `write(Path("pretrained/conditions.json"), [Path("train.npz")])`.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import zoom

from graincast.base import specs
from graincast.base.errors import GraincastError
from graincast.base.storage import write_text
from graincast.generation import reading
from graincast.generation.data import fields
from graincast.generation.data.conditions import TYPICAL_PX
from graincast.generation.data.fields import Field
from graincast.generation.generating import grain_statistics
from graincast.generation.generating.grain_statistics import OF_GRAINS, OF_PAIRS, Statistics

NEAR = 0.03  # of the spread: how far a field counts as one of its kind
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Examples:
    spread: Floats  # [fields]
    sides_variance: Floats  # [fields]
    grains_per_square: Floats  # [fields]
    read: dict[str, Floats]  # [fields]
    same_grain: Floats  # [fields, 2, places]

    @property
    def spreads(self) -> tuple[float, float]:
        """Least and largest spread that was learned from."""
        return float(self.spread.min()), float(self.spread.max())

    def of_spread(self, spread: float) -> tuple[float, float, Statistics]:
        """Variance of sides, grains a square, and what is read, of structures of this spread: means of those near it.

        Beyond the examples it is that of the nearest ones.
        """
        inside = min(max(spread, self.spreads[0]), self.spreads[1])
        weight = np.exp(-((self.spread - inside) ** 2) / (2 * NEAR**2))
        weight /= weight.sum()
        several = {**self.read, **dict(zip(OF_PAIRS, _half_distances(self.same_grain), strict=True))}
        values = {name: float(weight @ each) for name, each in several.items()}
        errors = {
            name: math.sqrt(weight @ (each - values[name]) ** 2 * (weight @ weight)) for name, each in several.items()
        }
        curves = np.tensordot(weight, self.same_grain, 1)
        said = Statistics(1 / float(weight @ weight), values, errors, curves)
        return float(weight @ self.sides_variance), float(weight @ self.grains_per_square), said


def load(path: Path) -> Examples:
    """Those of a file."""
    found = specs.read_yaml(path)
    try:
        read = {name: np.array(found["read"][name], float) for name in OF_GRAINS}
        spread, variance, per_square = (
            np.array(found[name], float) for name in ("spread", "sides_variance", "grains_per_square")
        )
        return Examples(spread, variance, per_square, read, np.array(found["read"]["same_grain"], float))
    except (KeyError, TypeError, ValueError) as error:
        raise GraincastError(f"{path}: does not describe what was learned from: {error}") from error


def write(path: Path, splits: Sequence[Path]) -> None:
    """Write those of the fields of some splits."""
    seen = [(field, *_read(field)) for split in splits for field in fields.read(split)]
    read = [said for _, _, said in seen]
    record = {
        "grain_px": TYPICAL_PX,
        "spread": _rounded([field.conditions.spread for field, _, _ in seen]),
        "sides_variance": _rounded([field.conditions.sides_variance for field, _, _ in seen]),
        "grains_per_square": _rounded([per_square for _, per_square, _ in seen]),
        "read": {
            **{name: _rounded([one.values[name] for one in read]) for name in OF_GRAINS if name != "mean_diameter"},
            "mean_diameter": _rounded([one.values["mean_diameter"] / TYPICAL_PX for one in read]),
            "same_grain": [[_rounded(along) for along in one.same_grain.tolist()] for one in read],
        },
    }
    write_text(path, json.dumps(record) + "\n")


def at_typical_size(field: Field) -> NDArray[np.float64]:
    """The distances of a field, in pixels of which `TYPICAL_PX` are the side of its mean grain."""
    wanted = [round(side * TYPICAL_PX / field.conditions.grain_px) for side in field.distance.shape]
    factors = [new / old for new, old in zip(wanted, field.distance.shape, strict=True)]
    mode = "grid-wrap" if field.periodic else "nearest"
    distance = zoom(field.distance.astype(float), factors, order=1, mode=mode, grid_mode=True)
    return np.asarray(distance * TYPICAL_PX / field.conditions.grain_px)


def _read(field: Field) -> tuple[float, Statistics]:
    """Grains a square, and what is read of a periodic field."""
    labels = reading.field(at_typical_size(field))
    said = grain_statistics.of_maps([labels], True, np.random.default_rng(0))
    return said.grains * TYPICAL_PX**2 / labels.size, said


def _half_distances(same_grain: Floats) -> list[Floats]:
    return [np.array(each) for each in zip(*(grain_statistics.half_distances(one) for one in same_grain), strict=True)]


def _rounded(values: Sequence[float]) -> list[float]:
    return [round(float(value), 4) for value in values]
