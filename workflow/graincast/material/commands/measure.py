"""Measure the grains of your own files: pictures (labels, or lines between grains), EBSD maps, ready grain maps.

Writes for each file into measured_NAME/: labels.tif (opens in ImageJ), grains.csv (a row a grain), and grain_size.png,
on which every hit that the ASTM E112 grain size counts is marked. Several files are several fields of one material; one
that cannot be measured is told at the end, and the others are measured.
"""

import argparse
import hashlib
from pathlib import Path

from graincast.base import command
from graincast.base.errors import GraincastError
from graincast.base.storage import made_folder
from graincast.material import measuring, opening_options
from graincast.material.exports import named, stray_pieces
from graincast.material.grain_size.one_picture import GrainSize
from graincast.material.measuring import Told

SUMMARY = "the grains in your own pictures and EBSD maps: labels, a table, ASTM grain size"


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("file", type=Path, nargs="+", help="picture (PNG, TIFF, NPY, ...), EBSD map or grain map")
    parser.add_argument("--output", type=Path, help="folder to write to (measured_NAME); of many files, one each in it")
    opening_options.add(parser)
    parser.add_argument("--export", default="", metavar="NAME,...", help=f"more formats: {', '.join(named.EXPORTS)}")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of sentences")
    args = parser.parse_args(argv)

    exports = named.parse(args.export) if args.export else ()
    sizes: list[GrainSize] = []
    told: list[Told] = []
    refused: dict[str, str] = {}  # why, by file
    known: dict[bytes, Path] = {}
    for path, folder in zip(args.file, measuring.folders(args.file, args.output, "measured"), strict=True):
        try:
            about, size = _measured(args, path, folder, exports, known)
        except GraincastError as error:
            refused[str(path)] = str(error)
            continue
        told.append(about)
        sizes += size
        if not args.json:
            print("\n  ".join([f"{path}: {about['said'][0]}", *about["said"][1:]]))
    if not told and len(set(refused.values())) == 1:
        raise GraincastError(next(iter(refused.values())))
    measuring.tell(told, sizes, refused, args.json)
    if refused:
        raise GraincastError(f"{len(refused)} of {len(args.file)} files not measured: {', '.join(refused)}")


def _measured(
    args: argparse.Namespace, path: Path, folder: Path, exports: tuple[str, ...], known: dict[bytes, Path]
) -> tuple[Told, list[GrainSize]]:
    """Measure one file: what is told of it, and its grain size if it has one and its map is not `known` by another."""
    found = opening_options.opened_by(args, path)
    structure, strays = stray_pieces.mended(found.structure)
    size = measuring.written(made_folder(folder), structure, exports)
    said = [*found.said, *([f"{strays} stray pieces went to the grains around them"] if strays else [])]
    digest = hashlib.sha256(repr(structure.labels.shape).encode() + structure.labels.tobytes()).digest()
    same = known.get(digest)
    known.setdefault(digest, path)
    if same is not None:
        said.append("given twice, counted once" if same == path else f"the same map as {same}, counted once")
        size = []
    about = {"file": str(path), "folder": str(folder), "grains": structure.grains, "in_grain_size": bool(size)}
    return {**about, "same_as": same and str(same), "said": [*said, f"written to {folder}"]}, size
