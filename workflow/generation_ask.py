"""Ask a generator for sizes and spreads, within what it learned from and beyond, and read what it draws."""

from pathlib import Path

from graincast.base import command, table
from graincast.generation import trained
from graincast.generation.data import fields
from graincast.generation.experiment import STUDY
from graincast.generation.judging import asking
from graincast.training import devices


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--weights", type=Path, required=True, help="of a generator")
    parser.add_argument("--name", required=True, help="name of the model, for the table")
    parser.add_argument("--learned", type=Path, required=True, help="fields that it learned from (.npz)")
    parser.add_argument("--each", type=int, default=2, help="fields drawn for each thing that is asked")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads")
    parser.add_argument("--scores", type=Path, required=True, help="table to write (.parquet)")
    args = parser.parse_args(argv)

    devices.bound_threads(args.threads)
    learned = fields.read(args.learned)
    with devices.device() as device:
        generator, about = trained.described_generator(args.weights, device)
        rows = [*asking.rows(generator, learned, about["training"]["zoom"], args.each), *asking.of_truth(learned[::4])]
    who = {"model": args.name, "dataset": about["dataset"], "seed": about["seed"]}
    table.write(args.scores, STUDY, [{**who, **row} for row in rows])


if __name__ == "__main__":
    command.run(main)
