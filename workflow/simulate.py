"""Simulate one shard of a data set: structures drawn, equilibrated and grown, as label maps."""

from pathlib import Path

import numpy as np

from graincast import command, datasets, trajectories


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--dataset", type=Path, required=True, help="YAML of the data set")
    parser.add_argument("--shard", type=int, required=True, help="which shard of it, from 0")
    parser.add_argument("--output", type=Path, required=True, help="trajectory file to write (.npz)")
    args = parser.parse_args(argv)

    dataset = datasets.load(args.dataset)
    simulations = dataset.of_shard(args.shard)
    watched = command.progress(simulations, f"simulating {args.dataset.stem}", len(simulations))
    labels = np.stack([datasets.simulate(dataset, index) for index in watched])
    trajectories.write(args.output, dataset, simulations, labels)


if __name__ == "__main__":
    command.run(main)
