"""Gather micrographs whose boundaries a person has traced, field by field, as pictures with their grains."""

from pathlib import Path

from graincast.base import command
from graincast.segmentation.data import known_pictures, traced


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--pictures", type=Path, nargs="*", required=True, help="records of fetched pictures (.csv)")
    parser.add_argument("--masks", type=Path, nargs="*", required=True, help="records of their masks (.csv)")
    parser.add_argument("--drawn", type=Path, nargs="?", help="a split: as many of its pictures are put beside them")
    parser.add_argument("--output", type=Path, required=True, help="pictures to write (.npz)")
    args = parser.parse_args(argv)

    found = list(traced.pictures(list(zip(args.pictures, args.masks, strict=True))))
    beside = known_pictures.some(args.drawn)[: len(found)] if args.drawn else []
    known_pictures.write(args.output, [*found, *beside])


if __name__ == "__main__":
    command.run(main)
