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
    return {row.name: row for row in in_one_line(map_table.load, MAP_TABLES[table])}


def row_of_map(wildcards):
    return rows_of(wildcards.table)[wildcards.map]


def files_of_map(wildcards):
    row = row_of_map(wildcards)
    return [row.main, *row.parts]


def own_files(wildcards):
    """Files of the user's own that a row names and that are there."""
    return [file.file for file in files_of_map(wildcards) if not file.address and Path(file.file).is_file()]


def mirror_of(wildcards):
    """The argument that names the mirror of measured files: of the environment, else of the data set if it is there."""
    own = MAP_MIRRORS[wildcards.table]
    folder = fetching.mirror_folder(None) or (own if Path(own).is_dir() else None)
    return f"--mirror {shlex.quote(str(folder))}" if folder else ""
