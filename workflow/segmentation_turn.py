"""Draw the test pictures of a data set with one setting of its concepts at each of several values, all else alike."""

from itertools import chain
from pathlib import Path

from graincast.base import command
from graincast.segmentation.concepts import recipe as concepts
from graincast.segmentation.data import drawing, known_pictures


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--dataset", type=Path, required=True, help="YAML of the data set")
    parser.add_argument("--key", required=True, help="setting of its concepts, such as noise.variance")
    parser.add_argument("--values", type=float, nargs="+", required=True, help="what it takes")
    parser.add_argument("--pictures", type=int, required=True, help="of each value")
    parser.add_argument("--output", type=Path, required=True, help="pictures to write (.npz)")
    args = parser.parse_args(argv)

    recipes = [concepts.turned(args.dataset, args.key, value) for value in args.values]
    numbers = recipes[0].of_split("test")[: args.pictures]
    drawn = chain.from_iterable(drawing.drawn(recipe, numbers, step) for step, recipe in enumerate(recipes))
    known_pictures.write(args.output, command.progress(drawn, f"turning {args.key}", len(numbers) * len(recipes)))


if __name__ == "__main__":
    command.run(main)
