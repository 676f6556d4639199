"""Draw pictures from the concepts of a data set: what models learn from, are judged by and are scored on."""

from pathlib import Path

from graincast.base import command
from graincast.segmentation.concepts import recipe as concepts
from graincast.segmentation.data import drawing, known_pictures


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--dataset", type=Path, required=True, help="YAML of the data set")
    parser.add_argument("--output", type=Path, required=True, help="folder for the pictures of each split")
    args = parser.parse_args(argv)

    recipe = concepts.load(args.dataset)
    for split in concepts.SPLITS:
        numbers = recipe.of_split(split)
        drawn = command.progress(drawing.drawn(recipe, numbers), f"drawing {split}", len(numbers))
        known_pictures.write(args.output / f"{split}.npz", drawn)


if __name__ == "__main__":
    command.run(main)
