"""Join the fields of several data sets to one: what generators learn from."""

from pathlib import Path

from graincast.base import command
from graincast.generation.data import fields


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--fields", type=Path, nargs="+", required=True, help="splits to join (.npz)")
    parser.add_argument("--output", type=Path, required=True, help="split to write (.npz)")
    args = parser.parse_args(argv)

    fields.write(args.output, [field for path in args.fields for field in fields.read(path)])


if __name__ == "__main__":
    command.run(main)
