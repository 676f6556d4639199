"""Floors and ceilings of all scores on the test simulations of one case."""

from pathlib import Path

from graincast.base import command, table
from graincast.base.errors import GraincastError
from graincast.growth.experiment import STUDY
from graincast.growth.judging import bounds, growth_measures
from graincast.material import datasets, trajectories


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--dataset", type=Path, required=True, help="YAML of the case's data set")
    parser.add_argument("--trajectories", type=Path, nargs="+", required=True, help="all its trajectory files")
    parser.add_argument("--trained-on", required=True, help="name of the data set that models were trained on")
    parser.add_argument("--growth", type=Path, required=True, help="growth of that data set (.npz)")
    parser.add_argument("--scores", type=Path, required=True, help="table to write (.parquet)")
    args = parser.parse_args(argv)

    dataset = datasets.load(args.dataset)
    parts = datasets.parts(dataset, str(args.dataset))
    constant = bounds.growth_constant(growth_measures.read(args.growth))
    test = dataset.with_maps(len(args.trajectories)).of_split("test")
    if not len(test):
        raise GraincastError(f"{args.dataset}: has no test simulation, expected some: see its key 'simulations'")
    shards = enumerate(args.trajectories)
    every = (one for place, path in shards for one in trajectories.read(path, dataset, place))
    stored = (one for one in every if one.simulation in test)
    identity = {"dataset": args.trained_on, "case": args.dataset.stem}
    watched = command.progress(stored, f"bounding {args.dataset.stem}", len(test))
    rows = [{**identity, **row} for one in watched for row in bounds.rows(dataset, parts, one, constant)]
    table.write(args.scores, STUDY, rows)


if __name__ == "__main__":
    command.run(main)
