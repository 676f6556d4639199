"""What the rules share of measured maps: the tables that the studies name, their rows, and where files come from."""

import shlex
from functools import cache
from pathlib import Path

from graincast.material.measured import fetching, map_table

MAP_TABLES = {name: path for plan in STUDIES.values() for name, path in plan.map_tables().items()}
MAP_MIRRORS = {name: folder for plan in STUDIES.values() for name, folder in plan.map_mirrors().items()}


@cache
def rows_of(table):
    """The rows of a table of measured maps, by the names of their maps."""
    return {row.name: row for row in in_one_line(map_table.load_all, MAP_TABLES[table])}


def say_which_rows_are_left_out():
    """A line for each row of the tables that cannot be meant; the page lists them too."""
    for table in MAP_TABLES:
        for row in rows_of(table).values():
            if row.fault:
                print(f"graincast: the map '{row.name}' is left out: {row.fault}", file=sys.stderr)


def row_of_map(wildcards):
    return rows_of(wildcards.table)[wildcards.map]


def files_of_map(wildcards):
    row = row_of_map(wildcards)
    return [row.main, *row.parts]


def files_as_text(wildcards):
    """What decides what is fetched."""
    return row_of_map(wildcards).fault or repr(files_of_map(wildcards))


def own_files(wildcards):
    """Files of the user's own that a row names and that are there."""
    return [file.file for file in files_of_map(wildcards) if not file.address and Path(file.file).is_file()]


def mirror_of(wildcards):
    """The argument that names the mirror of measured files: of the environment, else of the data set if it is there."""
    own = MAP_MIRRORS[wildcards.table]
    folder = fetching.mirror_folder(None) or (own if Path(own).is_dir() else None)
    return f"--mirror {shlex.quote(str(folder))}" if folder else ""


if DRY_RUN:
    say_which_rows_are_left_out()
