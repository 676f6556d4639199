"""Turn one setting of a data set's structure to another value, all else alike: a data set on a dial."""

from pathlib import Path

import yaml

from graincast.base import command, specs
from graincast.base.storage import write_text
from graincast.material import datasets


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--dataset", type=Path, required=True, help="YAML of the data set")
    parser.add_argument("--key", required=True, help="setting of its structure")
    parser.add_argument("--value", type=float, required=True, help="what it takes")
    parser.add_argument("--output", type=Path, required=True, help="YAML to write")
    args = parser.parse_args(argv)

    datasets.load(args.dataset)
    settings = specs.read_yaml(args.dataset)
    settings["structure"] = datasets.turned(settings["structure"], args.key, args.value)
    write_text(args.output, yaml.safe_dump(settings, sort_keys=False))


if __name__ == "__main__":
    command.run(main)
