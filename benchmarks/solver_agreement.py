"""How far front tracking and the multi-phase field agree, and what each costs; the measures are `graincast.validation`.

    .graincast/env/bin/python benchmarks/solver_agreement.py [--grains 300] [--output solver_agreement.parquet]

One lognormal structure goes on until given shares of its grains are left, in every solver. The report of an experiment
shows the same on smaller structures; this one adds seconds of the whole evolution, kernels warm.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

sys.path.insert(0, str(Path(__file__).parent.parent / "workflow"))

from graincast.material import solver_agreement

MEASURES = ("label_difference", "grains_too_many", "mullins_slope", "seconds")
Row = tuple[str, float, float, str, float]


def rows_of(asked: argparse.Namespace) -> Iterator[Row]:
    """Tidy rows, solver after solver; the first is the reference against itself."""
    start, times = solver_agreement.beginning(asked.grains, asked.seed, asked.left)
    solver_agreement.smeared(8, solver_agreement.WIDTH)(start, times[:1])  # compiles
    reference = []
    for solver, resolution, solve in solver_agreement.solvers(asked.reference, asked.cells):
        began = time.perf_counter()
        networks = solve(start, times)
        seconds = time.perf_counter() - began
        reference = reference or networks
        for frame, measure, value in solver_agreement.compared(networks, reference, times, len(start.present)):
            left = len(reference[2 * frame].present) / len(start.present)
            yield solver, resolution, left, measure, value
            if measure == MEASURES[-2]:
                yield solver, resolution, left, MEASURES[-1], seconds


def show(rows: Iterator[Row]) -> Iterator[Row]:
    """The same rows, printed four to a line as they come."""
    print(f"{'solver':16s}{'resolution':>10s}{'left':>8s}" + "".join(f"{name:>18s}" for name in MEASURES))
    line = ""
    for row in rows:
        solver, resolution, left, measure, value = row
        line = line or f"{solver:16s}{resolution:10g}{left:8.1%}"
        line += f"{value:18.2%}" if measure in MEASURES[:2] else f"{value:18.3f}"
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
    parser.add_argument("--cells", type=float, nargs="*", default=[8, 12, 16, 24, 32], help="to the mean grain's side")
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
