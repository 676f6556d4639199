"""Gather pictures of measured maps whose grains are known: their pattern quality, cut into crops of one size."""

from pathlib import Path

from graincast.base import command
from graincast.segmentation.data import known_pictures, quality_maps


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--maps", type=Path, nargs="*", required=True, help="cleaned maps MAP.npz")
    parser.add_argument("--enlarged", type=float, required=True, help="each point to so many pixels")
    parser.add_argument("--sizes", type=int, nargs="+", required=True, help="pixels to the side of pictures")
    parser.add_argument("--output", type=Path, required=True, help="pictures to write (.npz)")
    args = parser.parse_args(argv)

    known_pictures.write(args.output, quality_maps.pictures(args.maps, args.enlarged, args.sizes))


if __name__ == "__main__":
    command.run(main)
