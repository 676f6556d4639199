"""Put together which maps of a measured data set can be evaluated, and why others not: not there, or left out."""

from pathlib import Path

from graincast.base import command
from graincast.material import admission
from graincast.material.measured import fetching, map_table


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--table", type=Path, required=True, help="table of the measured maps (.csv)")
    parser.add_argument("--fetched", type=Path, required=True, help="what was fetched and what not, and why (.csv)")
    parser.add_argument("--verdicts", type=Path, nargs="*", required=True, help="one of each map that is there (.csv)")
    parser.add_argument("--record", type=Path, required=True, help="all maps as the table orders them, to write (.csv)")
    args = parser.parse_args(argv)

    reasons = fetching.missing(fetching.read(args.fetched)) | admission.read_all(args.verdicts)
    admission.write(args.record, {row.name: reasons[row.name] for row in map_table.load(args.table)})


if __name__ == "__main__":
    command.run(main)
