"""Turn one measured map into grains, as its row of the table says.

Writes the cleaned map (.npz: labels, phase of each grain, quality, step in micrometres), and a table of what each step
of cleaning did and what came out. A map that could not be fetched gives a cleaned map that holds the reason alone.
"""

from pathlib import Path

from graincast.base import command, table
from graincast.base.errors import GraincastError
from graincast.material.measured import cleaned, cleaning, fetching, formats, map_table


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--table", type=Path, required=True, help="table of the measured maps (.csv)")
    parser.add_argument("--map", required=True, help="name of the map's row")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--file", type=Path, help="the file of that row; others of the map beside it")
    source.add_argument("--fetched", type=Path, help="what fetch.py recorded of it (.csv); its files stand beside")
    parser.add_argument("--cleaned", type=Path, required=True, help="cleaned map to write (.npz)")
    parser.add_argument("--measures", type=Path, required=True, help="table to write (.parquet)")
    args = parser.parse_args(argv)

    row = map_table.named(map_table.load_all(args.table), args.map, args.table)
    if row.fault and args.file:
        raise GraincastError(row.fault)
    file, reason = (args.file, "") if args.file else fetching.file_of(args.fetched, args.map)
    if reason:
        cleaned.write_absent(args.cleaned, args.map, reason)
        table.write(args.measures, "material", [])
        return
    where = f"{file}, row '{args.map}' of {args.table}"
    found = cleaning.cleaned(formats.read(file, row.cleaning.step), row.cleaning, where)
    cleaned.write(args.cleaned, found, args.map)
    identity = {"model": "truth", "dataset": args.map, "case": args.map}
    measures = cleaned.measures(found)
    table.write(
        args.measures, "material", [{**identity, "score": name, "value": value} for name, value in measures.items()]
    )


if __name__ == "__main__":
    command.run(main)
