"""Prepare a data set for learning: boundary images of all its trajectories, split by simulation, and its data sheet."""

from pathlib import Path

from graincast import command, datasets, trajectories
from graincast.learning import preparation
from graincast.scores import growth, table, truth


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--dataset", type=Path, required=True, help="YAML of the data set")
    parser.add_argument("--trajectories", type=Path, nargs="+", required=True, help="all its trajectory files")
    parser.add_argument("--output", type=Path, required=True, help="folder for the windows of each split")
    parser.add_argument("--table", type=Path, required=True, help="data sheet to write (.parquet)")
    parser.add_argument("--growth", type=Path, required=True, help="distributions, rates and a film to write (.npz)")
    args = parser.parse_args(argv)

    dataset = datasets.load(args.dataset)
    stored = (trajectory for path in args.trajectories for trajectory in trajectories.read(path, dataset))
    watched = command.progress(stored, f"rendering {args.dataset.stem}", dataset.simulations.total)
    windows, rows, measured = [], [], []
    for trajectory in watched:
        windows.append(preparation.window(trajectory, dataset))
        rows += truth.rows(args.dataset.stem, trajectory, windows[-1].images)
        measured.append(growth.of_one(trajectory, dataset.times))
    preparation.write_splits(args.output, windows, dataset)
    growth.write(args.growth, dataset.times, measured, preparation.film(windows, dataset))
    table.write(args.table, rows)


if __name__ == "__main__":
    command.run(main)
