"""Give the test pictures of a data set a first guess: the truth, damaged by each of several strengths."""

from pathlib import Path

from graincast.base import command
from graincast.segmentation.data import known_pictures, misled


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--pictures", type=Path, required=True, help="a split (.npz)")
    parser.add_argument("--strengths", type=float, nargs="+", required=True, help="of the damage, from 0 on; 1 is much")
    parser.add_argument("--count", type=int, required=True, help="pictures of each strength")
    parser.add_argument("--output", type=Path, required=True, help="pictures to write (.npz)")
    args = parser.parse_args(argv)

    some = known_pictures.some(args.pictures)[: args.count]
    known_pictures.write(args.output, misled.misled(some, args.strengths))


if __name__ == "__main__":
    command.run(main)
