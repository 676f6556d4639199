"""Learn from one half of a measured map, generate, and compare with the other half; and the other way round.

A map that cannot be had, or has too few grains, leaves no row, and the picture file says why.
"""

from pathlib import Path

from graincast.base import command, table
from graincast.generation import trained
from graincast.generation.data import half_pictures
from graincast.generation.experiment import STUDY
from graincast.generation.judging import halves
from graincast.training import devices


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--map", type=Path, required=True, help="cleaned map (.npz)")
    parser.add_argument("--weights", type=Path, required=True, help="of the generator that is fitted")
    parser.add_argument("--model", required=True, help="its name, for the table")
    parser.add_argument("--dataset", required=True, help="what it was trained on, for the table")
    parser.add_argument("--seed", type=int, required=True, help="of its training, and of what is drawn")
    parser.add_argument("--guard", type=float, required=True, help="width of the band between halves, mean grain sides")
    parser.add_argument("--steps", type=int, required=True, help="of the fine-tuning")
    parser.add_argument("--fields", type=int, required=True, help="that are made by each way")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads")
    parser.add_argument("--scores", type=Path, required=True, help="table to write (.parquet)")
    parser.add_argument("--pictures", type=Path, required=True, help="one window by each way, to write (.npz)")
    args = parser.parse_args(argv)

    devices.bound_threads(args.threads)
    rows, pictures, reason = [], {}, ""
    try:
        ways = halves.of_map(args.map, args.guard)
        with devices.device() as device:
            asked = halves.Making(args.steps, args.fields, args.seed, device)
            for number, way in enumerate(ways):
                made = halves.made(way, trained.generator(args.weights, device), asked, args.map.stem)
                who = {"dataset": args.dataset, "seed": args.seed, "case": args.map.stem, "sample": number}
                for name, windows in made.items():
                    scores = halves.compared(windows, way)
                    rows += [{**who, "model": name, "score": score, "value": value} for score, value in scores.items()]
                pictures = pictures or halves.pictures(made, way)
    except halves.CannotHalve as left_out:
        reason = str(left_out)
        command.log.warning("%s is left out: %s", args.map.stem, reason)
    table.write(args.scores, STUDY, rows)
    half_pictures.write(args.pictures, pictures, reason)


if __name__ == "__main__":
    command.run(main)
