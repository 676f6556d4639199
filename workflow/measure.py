"""Turn one measured map into grains, as its row of the table says.

Writes the cleaned map (.npz: labels, phase of each grain, quality, step in micrometres), and a table of what each step
of cleaning did and what came out.
"""

from pathlib import Path

from graincast.base import command
from graincast.base import table as scores
from graincast.base.errors import GraincastError
from graincast.material.measured import cleaned, cleaning, formats, map_table


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--table", type=Path, required=True, help="table of the measured maps (.csv)")
    parser.add_argument("--map", required=True, help="name of the map's row")
    parser.add_argument("--file", type=Path, required=True, help="the file of that row; others of the map beside it")
    parser.add_argument("--cleaned", type=Path, required=True, help="cleaned map to write (.npz)")
    parser.add_argument("--measures", type=Path, required=True, help="table to write (.parquet)")
    args = parser.parse_args(argv)

    rows = {row.name: row for row in map_table.load(args.table)}
    if args.map not in rows:
        raise GraincastError(f"{args.table}: has no map '{args.map}' (it has {', '.join(rows)})")
    rules = rows[args.map].cleaning
    where = f"{args.file}, row '{args.map}' of {args.table}"
    found = cleaning.cleaned(formats.read(args.file, rules.step), rules, where)
    cleaned.write(args.cleaned, found, args.map)
    identity = {"model": "truth", "dataset": args.map, "case": args.map}
    measures = cleaned.measures(found)
    scores.write(args.measures, [{**identity, "score": name, "value": value} for name, value in measures.items()])


if __name__ == "__main__":
    command.run(main)
