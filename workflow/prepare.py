"""Prepare a data set for learning: boundary images of all its trajectories, split by simulation, and its data sheet."""

from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from graincast import command, datasets, trajectories
from graincast.datasets import DataSet
from graincast.learning import preparation
from graincast.scores import growth, table, truth


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--dataset", type=Path, required=True, help="YAML of the data set")
    parser.add_argument("--trajectories", type=Path, nargs="+", required=True, help="all its trajectory files")
    parser.add_argument("--output", type=Path, required=True, help="folder for the windows of each split")
    parser.add_argument("--table", type=Path, required=True, help="data sheet to write (.parquet)")
    parser.add_argument("--growth", type=Path, required=True, help="distributions, rates and a film to write (.npz)")
    parser.add_argument("--processes", type=int, default=1, help="shards drawn at the same time")
    args = parser.parse_args(argv)

    dataset, shards = datasets.load(args.dataset), args.trajectories
    with ProcessPoolExecutor(args.processes) as pool:
        drawn = pool.map(partial(draw, args.dataset.stem, dataset), shards)
        parts = list(command.progress(drawn, f"rendering {args.dataset.stem}", len(shards)))
    windows, rows, measured = ([item for part in parts for item in part[kind]] for kind in range(3))
    preparation.write_splits(args.output, windows, dataset)
    unit = datasets.parts(dataset, str(args.dataset)).units.TIME
    growth.write(args.growth, dataset.times, unit, measured, preparation.film(windows, dataset))
    table.write(args.table, rows)


def draw(name: str, dataset: DataSet, shard: Path) -> tuple[list[preparation.Window], list[dict[str, Any]], list]:
    """Windows of all simulations of one shard, the rows of their data sheet, and their measures of growth."""
    windows, rows, measured = [], [], []
    for trajectory in trajectories.read(shard, dataset):
        windows.append(preparation.window(trajectory, dataset))
        rows += truth.rows(name, trajectory, windows[-1].images)
        measured.append(growth.of_one(trajectory, dataset.times))
    return windows, rows, measured


if __name__ == "__main__":
    command.run(main)
