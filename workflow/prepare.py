"""Prepare a data set for learning: boundary images of all its trajectories, split by simulation, and its data sheet."""

from pathlib import Path

from graincast import command, datasets, trajectories
from graincast.learning import preparation
from graincast.scores import table, truth
from graincast.structures.boundaries import boundary_image


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--dataset", type=Path, required=True, help="YAML of the data set")
    parser.add_argument("--trajectories", type=Path, nargs="+", required=True, help="all its trajectory files")
    parser.add_argument("--output", type=Path, required=True, help="folder for the windows of each split")
    parser.add_argument("--table", type=Path, required=True, help="data sheet to write (.parquet)")
    args = parser.parse_args(argv)

    dataset = datasets.load(args.dataset)
    shards = [trajectories.read(path, dataset) for path in args.trajectories]
    whole = preparation.join(shards, dataset)
    rows = []
    labelled = zip(whole.simulations, whole.labels, strict=True)
    for simulation, labels in command.progress(labelled, f"measuring {args.dataset.stem}", len(whole.labels)):
        images = boundary_image(labels, dataset.frames.oversampling) / 255
        rows += truth.rows(args.dataset.stem, int(simulation), labels, images)
    preparation.write_splits(args.output, whole, dataset)
    table.write(args.table, rows)


if __name__ == "__main__":
    command.run(main)
