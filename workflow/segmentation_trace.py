"""Gather micrographs whose boundaries a person has traced, field by field, as pictures with their grains."""

from pathlib import Path

from graincast.base import command
from graincast.segmentation.data import known_pictures, traced


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--pictures", type=Path, nargs="*", required=True, help="records of fetched pictures (.csv)")
    parser.add_argument("--masks", type=Path, nargs="*", required=True, help="records of their masks (.csv)")
    parser.add_argument("--output", type=Path, required=True, help="pictures to write (.npz)")
    args = parser.parse_args(argv)

    known_pictures.write(args.output, traced.pictures(list(zip(args.pictures, args.masks, strict=True))))


if __name__ == "__main__":
    command.run(main)
