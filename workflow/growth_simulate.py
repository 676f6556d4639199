"""Simulate one shard of a data set: structures drawn, equilibrated and grown, as networks of grain boundaries."""

from pathlib import Path

from graincast.base import command
from graincast.material import datasets, trajectories


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--dataset", type=Path, required=True, help="YAML of the data set")
    parser.add_argument("--shard", type=int, required=True, help="which shard of it, from 0")
    parser.add_argument("--output", type=Path, required=True, help="trajectory file to write (.npz)")
    args = parser.parse_args(argv)

    dataset = datasets.load(args.dataset)
    chosen = datasets.parts(dataset, str(args.dataset))
    simulations = dataset.of_shard(args.shard)
    watched = command.progress(simulations, f"simulating {args.dataset.stem}", len(simulations))
    trajectories.write(args.output, dataset, ((index, datasets.simulate(dataset, chosen, index)) for index in watched))


if __name__ == "__main__":
    command.run(main)
