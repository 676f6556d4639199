"""Bring the files of measured maps: from a mirror, else from the user's cache, else from their address.

Each file is verified by its sha256. What cannot be had, as of a row that cannot be meant, is written down with the
reason; a wrong checksum is an error.
"""

from pathlib import Path

from graincast.base import command
from graincast.material.measured import fetching, map_table


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--table", type=Path, required=True, help="table of the measured maps (.csv)")
    parser.add_argument("--map", nargs="*", help="names of maps (all)")
    parser.add_argument("--mirror", type=Path, help="folder to look in first (environment GRAINCAST_MIRROR)")
    parser.add_argument("--folder", type=Path, required=True, help="folder to fill: a folder a map")
    parser.add_argument("--record", type=Path, required=True, help="what was fetched and what not, and why (.csv)")
    args = parser.parse_args(argv)

    rows = map_table.load_all(args.table)
    chosen = rows if args.map is None else [map_table.named(rows, name, args.table) for name in args.map]
    records = fetching.fetch_all(chosen, args.folder, fetching.mirror_folder(args.mirror))
    fetching.write(args.record, records)


if __name__ == "__main__":
    command.run(main)
