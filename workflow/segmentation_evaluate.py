"""Go one way from pictures to grains, and score the grains against the truth."""

import importlib
from pathlib import Path

from graincast.base import command, table
from graincast.segmentation import catalogue
from graincast.segmentation.data import found_examples
from graincast.segmentation.experiment import STUDY
from graincast.segmentation.judging import evaluating
from graincast.segmentation.ways.given import WayGiven
from graincast.training import devices


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--way", required=True, help="file of workflow/graincast/segmentation/ways/")
    parser.add_argument("--train", type=Path, required=True, help="pictures that models learned from (.npz)")
    parser.add_argument("--kinds", nargs="*", default=[], help="of the models that it needs")
    parser.add_argument("--weights", type=Path, nargs="*", default=[], help="of each")
    parser.add_argument("--cases", nargs="+", required=True, help="names of what is scored")
    parser.add_argument("--pictures", type=Path, nargs="+", required=True, help="pictures of each (.npz)")
    parser.add_argument("--model", required=True, help="name of the model that it is called after, for the table")
    parser.add_argument("--dataset", required=True, help="name of what models learned from, for the table")
    parser.add_argument("--seed", type=int, required=True, help="of the training, for the table")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads")
    parser.add_argument("--scores", type=Path, required=True, help="table to write (.parquet)")
    parser.add_argument("--examples", type=Path, required=True, help="some of what was found, to look at (.npz)")
    args = parser.parse_args(argv)

    file = catalogue.WAYS.file_of(args.way, "--way")
    devices.bound_threads(args.threads)
    with devices.device() as device:
        given = WayGiven(args.train, dict(zip(args.kinds, args.weights, strict=True)), device)
        way = importlib.import_module(f"graincast.segmentation.ways.{file.stem}").way(given)
        cases = dict(zip(args.cases, args.pictures, strict=True))
        rows, shown = evaluating.evaluated(way, cases)
    who = {"model": catalogue.name(args.way, args.model), "dataset": args.dataset, "seed": args.seed}
    table.write(args.scores, STUDY, [{**who, **row} for row in rows])
    found_examples.write(args.examples, shown)


if __name__ == "__main__":
    command.run(main)
