"""Prepare a data set for learning: boundary images of all its trajectories, split by simulation, and its data sheet."""

from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from graincast.base import command, table
from graincast.growth.data import least_frames, preparation
from graincast.growth.experiment import STUDY
from graincast.growth.judging import growth_measures
from graincast.material import datasets


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
    least_frames.check(dataset, str(args.dataset))
    with ProcessPoolExecutor(args.processes) as pool:
        drawn = pool.map(partial(preparation.drawn, args.dataset.stem, dataset), shards, range(len(shards)))
        parts = list(command.progress(drawn, f"rendering {args.dataset.stem}", len(shards)))
    windows = [window for part in parts for window in part.windows]
    preparation.write_splits(args.output, windows, dataset.with_maps(len(shards)))
    table.write(args.table, STUDY, [row for part in parts for row in part.rows])
    unit = datasets.parts(dataset, str(args.dataset)).units.TIME
    measured = [measures for part in parts for measures in part.growth]
    growth_measures.write(
        args.growth, dataset.times, unit, measured, preparation.film(windows, dataset.with_maps(len(shards)))
    )


if __name__ == "__main__":
    command.run(main)
