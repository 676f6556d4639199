"""How far front tracking and the multi-phase field agree: two solvers that share nothing but the law.

    .graincast/env/bin/python benchmarks/agreement.py [--grains 300] [--output agreement.parquet]

One lognormal structure (spread 0.35, let run for 0.3) goes on until given shares of its grains are left, in every
solver. The reference is front tracking with short segments. For each solver and share that is left:

    pixels   share of the pixels of 512 x 512 whose grain is not the reference's
    grains   grains more than in the reference, of the grains at the start
    slope    dA/dt over a short while against n - 6, over the exact pi / 3, for grains that keep their sides and whose
             neighbours keep theirs
    seconds  of the whole evolution, kernels warm; the same for all shares
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent.parent / "workflow"))

from graincast.grains import laws
from graincast.networks import measures
from graincast.networks.network import Network
from graincast.networks.rendering import label_map
from graincast.solvers import front_tracking, phase_field
from graincast.structures import lognormal

PIXELS = (512, 512)
WHILE = 0.03  # for the slope, in mean grain areas of then over k
MEASURES = ("pixels", "grains", "slope", "seconds")
Times = NDArray[np.float64]
Solve = Callable[[Network, Times], list[Network]]
Row = tuple[str, float, float, str, float]


def tracked(segment: float) -> Solve:
    settings = front_tracking.Settings(segment)
    return lambda start, times: front_tracking.evolve(start, settings, times).networks


def smeared(cells_per_side: float, width: float) -> Solve:
    settings = phase_field.Settings(cells_per_side, width)
    return lambda start, times: phase_field.evolve(start, settings, times).networks


def times_when_left(start: Network, shares: list[float]) -> Times:
    """Pairs of times [2 shares]: when each share of the grains is left, and a short while later."""
    times, now, network = [], 0.0, start
    for share in sorted(shares, reverse=True):
        while len(network.present) > share * len(start.present):
            step = 0.02 * mean_area(network)
            network, now = tracked(0.15)(network, np.array([step]))[0], now + step
        times += [now, now + WHILE * mean_area(network)]
    return np.array(times)


def mean_area(network: Network) -> float:
    return float(np.prod(network.box)) / len(network.present)


def mullins_slope(before: Network, after: Network, duration: float) -> float:
    """Slope of dA/dt against n - 6, over the exact one."""
    sides = measures.sides(before)
    kept = sides == measures.sides(after)
    calm = kept & (measures.areas(before) > 0) & (measures.areas(after) > 0)
    np.logical_and.at(calm, before.grains, kept[before.grains[:, ::-1]])
    rates = (measures.areas(after) - measures.areas(before))[calm] / duration
    return float(np.polyfit(sides[calm] - 6, rates, 1)[0] / laws.mullins_rate(7, 1.0))


def compared(
    networks: list[Network], reference: list[Network], times: Times, count: int
) -> Iterator[tuple[float, str, float]]:
    """(share left in the reference, measure, value) for each pair of times."""
    for index in range(0, len(times), 2):
        one, other = networks[index], reference[index]
        left = len(other.present) / count
        yield left, "pixels", float(np.mean(label_map(one, PIXELS) != label_map(other, PIXELS)))
        yield left, "grains", (len(one.present) - len(other.present)) / count
        yield left, "slope", mullins_slope(one, networks[index + 1], times[index + 1] - times[index])


def rows_of(asked: argparse.Namespace) -> Iterator[Row]:
    """Tidy rows, solver after solver; the first is the reference against itself."""
    fresh = lognormal.network(lognormal.Settings(asked.grains, 0.35), np.random.default_rng(asked.seed))
    start = tracked(0.15)(fresh, np.array([0.3]))[0]
    times = times_when_left(start, asked.left)
    smeared(8, 5)(start, times[:1])  # compiles
    runs = [("front_tracking", segment, tracked(segment)) for segment in (asked.reference, *asked.segments)]
    runs += [("phase_field", cells, smeared(cells, asked.width)) for cells in asked.cells]
    reference: list[Network] = []
    for solver, resolution, solve in runs:
        began = time.perf_counter()
        networks = solve(start, times)
        seconds = time.perf_counter() - began
        reference = reference or networks
        for left, measure, value in compared(networks, reference, times, len(start.present)):
            yield solver, resolution, left, measure, value
            if measure == "slope":
                yield solver, resolution, left, "seconds", seconds


def show(rows: Iterator[Row]) -> Iterator[Row]:
    """The same rows, printed four to a line as they come."""
    print(f"{'solver':16s}{'resolution':>10s}{'left':>8s}" + "".join(f"{name:>10s}" for name in MEASURES))
    line = ""
    for row in rows:
        solver, resolution, left, measure, value = row
        line = line or f"{solver:16s}{resolution:10g}{left:8.1%}"
        line += f"{value:10.2%}" if measure in ("pixels", "grains") else f"{value:10.3f}"
        if measure == MEASURES[-1]:
            print(line, flush=True)
            line = ""
        yield row


def options(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--grains", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--left", type=float, nargs="+", default=[0.77, 0.56, 0.36], help="shares of the grains")
    parser.add_argument("--reference", type=float, default=0.05, help="segment, of the mean grain's side")
    parser.add_argument("--segments", type=float, nargs="*", default=[0.08, 0.15])
    parser.add_argument("--cells", type=float, nargs="*", default=[8, 12, 16, 24, 32], help="to the mean grain's side")
    parser.add_argument("--width", type=float, default=5, help="of a boundary, cells")
    parser.add_argument("--output", type=Path, help="tidy rows, as .parquet or .csv")
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> None:
    asked = options(argv)
    columns = zip(*show(rows_of(asked)), strict=True)
    table = pa.table(dict(zip(("solver", "resolution", "left", "measure", "value"), map(list, columns), strict=True)))
    if asked.output:
        write = pyarrow.csv.write_csv if asked.output.suffix == ".csv" else pyarrow.parquet.write_table
        write(table, asked.output)


if __name__ == "__main__":
    main()
