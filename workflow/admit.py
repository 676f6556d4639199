"""Put together which maps of a measured data set can be evaluated, and why others not."""

from pathlib import Path

from graincast import admission, command


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--verdicts", type=Path, nargs="*", required=True, help="one of each map that is there (.csv)")
    parser.add_argument("--record", type=Path, required=True, help="all of them in one, to write (.csv)")
    args = parser.parse_args(argv)

    admission.write(args.record, admission.read_all(args.verdicts))


if __name__ == "__main__":
    command.run(main)
