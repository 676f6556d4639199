"""Score the structures of one source against the truth that is read as they are."""

from pathlib import Path

import numpy as np

from graincast.base import command, table
from graincast.generation import catalogue
from graincast.generation.data import drawn, fields
from graincast.generation.experiment import STUDY
from graincast.generation.judging import scoring
from graincast.generation.sources import canonical


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--made", type=Path, required=True, help="structures (.npz)")
    parser.add_argument("--truth", type=Path, required=True, help="true structures (.npz)")
    parser.add_argument("--learned", type=Path, help="fields that models learned from: are they copied? (.npz)")
    parser.add_argument("--source", required=True, help="name of the source, for the table")
    parser.add_argument("--model", required=True, help="name of the model that it draws from, for the table")
    parser.add_argument("--dataset", required=True, help="name of the data set, for the table")
    parser.add_argument("--seed", type=int, required=True, help="of the training, for the table")
    parser.add_argument("--scores", type=Path, required=True, help="table to write (.parquet)")
    args = parser.parse_args(argv)

    made, truth = drawn.read(args.made), drawn.read(args.truth)
    known = fields.read(args.learned) if args.learned else []
    learned = [canonical.read_field(field, number) for number, field in enumerate(known)]
    found = scoring.by_step(made, truth, learned, np.random.default_rng(0))
    who = {"model": catalogue.name(args.source, args.model), "dataset": args.dataset, "seed": args.seed}
    rows = [
        {**who, "case": "truth", "step": step, "score": score, "value": value}
        for step, scores in found.items()
        for score, value in scores.items()
    ]
    table.write(args.scores, STUDY, rows)


if __name__ == "__main__":
    command.run(main)
