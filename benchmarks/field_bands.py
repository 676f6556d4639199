"""How often the bands of `predict` hold the mean grain radius of a material of which a field of view is shown.

    .graincast/env/bin/python benchmarks/field_bands.py [--grains 60 150 600] [--fields 32] [--output field_bands.csv]

Fields are cut at random places from large periodic structures in the growth regime, drawn with 20 pixels to the side
of a mean grain. The truth is the mean radius of all grains of the whole structure, evolved by a finer solver. Of each
number of grains and each time: bias and spread of the forecast, the median half-width of its band, its coverage.
"""

import argparse
import csv
import math
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent.parent / "workflow"))

from graincast.growth.prediction import solving
from graincast.growth.prediction.outcome import FieldOfView, Prediction
from graincast.material.grains import field_sizes
from graincast.material.networks.rendering import label_map
from graincast.material.solvers import front_tracking
from graincast.material.specimens.drawn_labels import numbered
from graincast.material.structures import lognormal

SIDE = 20  # pixels to the side of a mean grain
TIMES = np.array([0.24, 0.48, 0.96])  # k t in mean grain areas
FIELDS_EACH = 8  # of one structure


def forecasts(grains: int, fields: int, seed: int) -> Iterator[tuple[Prediction, NDArray[np.float64]]]:
    """Forecasts of fields of about so many grains, and the true mean radii of their materials."""
    rng = np.random.default_rng([seed, grains])
    for number in range(fields):
        if number % FIELDS_EACH == 0:
            maps = _material(max(1500, 6 * grains), rng)
            truth = np.array([field_sizes.mean_radius(one, periodic=True).pixels for one in maps])
        side = round(SIDE * math.sqrt(grains))
        top, left = rng.integers(0, len(maps[0]) - side, 2)
        seen = numbered(maps[0][top : top + side, left : left + side], False)
        field = FieldOfView(seen, False, 1.0)
        yield solving.solved(field, TIMES * SIDE**2, (1.0, 1.0), 2).prediction, truth


def _material(grains: int, rng: np.random.Generator) -> list[NDArray[np.int32]]:
    """Maps of a structure at the start and at `TIMES`."""
    drawn = lognormal.network(lognormal.Settings(grains, 0.3), rng)
    start = front_tracking.evolve(drawn, front_tracking.Settings(0.2), np.array([0.3])).networks[0]
    area = math.prod(start.box) / len(start.present)
    networks = [start, *front_tracking.evolve(start, front_tracking.Settings(0.15), TIMES * area).networks]
    side = round(SIDE * start.box[0] / math.sqrt(area))
    return [label_map(one, (side, side)) for one in networks]


def rows_of(grains: int, fields: int, seed: int) -> Iterator[dict[str, float]]:
    """A row a time."""
    found = list(forecasts(grains, fields, seed))
    truth = np.array([true for _, true in found])
    mean, low, high = (np.array([getattr(one, name) for one, _ in found]) for name in ("mean_radius", "low", "high"))
    error, width = mean / truth - 1, (high - low) / (2 * mean)
    held = (low < truth) & (truth < high)
    for at, time in enumerate([0.0, *TIMES]):
        yield {
            "grains": grains,
            "fields": fields,
            "reduced_time": time,
            "bias_percent": 100 * error[:, at].mean(),
            "spread_percent": 100 * error[:, at].std(ddof=1),
            "half_width_percent": 100 * float(np.median(width[:, at])),
            "coverage": held[:, at].mean(),
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--grains", type=int, nargs="+", default=[60, 150, 600])
    parser.add_argument("--fields", type=int, default=32)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", type=Path, default=Path("field_bands.csv"))
    args = parser.parse_args()
    rows = [row for grains in args.grains for row in rows_of(grains, args.fields, args.seed)]
    with open(args.output, "w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, rows[0].keys())
        writer.writeheader()
        writer.writerows({name: f"{value:.4g}" for name, value in row.items()} for row in rows)
    print(args.output.read_text())


if __name__ == "__main__":
    main()
