"""The options by which commands are told how to read files of grains, the same for all."""

import argparse
from pathlib import Path

from graincast.material import opened
from graincast.material.measured import map_table
from graincast.material.opened import Opened
from graincast.material.specimens import specimen


def add(parser: argparse.ArgumentParser) -> None:
    """Add them to a command's."""
    parser.add_argument("--pixel-size", type=float, metavar="UM", help="micrometres a pixel (what the file says)")
    parser.add_argument("--kind", choices=specimen.KINDS, default="auto", help="of pictures; of lines, their shade")
    for column in map_table.CLEANING:
        option = f"--{column.replace('_', '-')}"
        parser.add_argument(option, default="", metavar="CELL", help=f"of EBSD maps: {map_table.EXPECTED[column]}")


def opened_by(args: argparse.Namespace, path: Path, periodic: bool = False) -> Opened:
    """A file, opened as they say."""
    rules = map_table.cleaning_of(vars(args), "the options for EBSD maps")
    return opened.opened(path, args.pixel_size, args.kind, rules, periodic)
