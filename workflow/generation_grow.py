"""Grow the structures of a data set: fields of distance maps by split, each from a simulation of its own."""

from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from graincast.base import command
from graincast.generation.data import fields, growing
from graincast.material import datasets


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--dataset", type=Path, required=True, help="YAML of the data set")
    parser.add_argument("--output", type=Path, required=True, help="folder for the fields of each split")
    parser.add_argument("--processes", type=int, default=1, help="structures grown at the same time")
    args = parser.parse_args(argv)

    dataset = datasets.load(args.dataset)
    with ProcessPoolExecutor(args.processes) as pool:
        grown = pool.map(partial(growing.grown, args.dataset), range(dataset.simulations.total))
        found = list(command.progress(grown, f"growing {args.dataset.stem}", dataset.simulations.total))
    for split in datasets.SPLITS:
        of_split = [field for index in dataset.of_split(split) for field in found[index]]
        fields.write(args.output / f"{split}.npz", of_split)


if __name__ == "__main__":
    command.run(main)
