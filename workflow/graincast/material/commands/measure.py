"""Measure the grains of your own files: pictures (labels, or lines between grains), EBSD maps, ready grain maps.

Writes for each file into measured_NAME/: labels.tif (opens in ImageJ), grains.csv (a row a grain), and grain_size.png,
on which every hit that the ASTM E112 grain size counts is marked. Several files are several fields of one material.
"""

import json
from collections.abc import Sequence
from itertools import chain, count
from pathlib import Path

from graincast.base import command
from graincast.base.storage import made_folder
from graincast.material import grain_table, opening_options
from graincast.material.exports import named, stray_pieces, tiff
from graincast.material.grain_size import one_picture, overlay, several_fields, telling
from graincast.material.grain_size.one_picture import GrainSize
from graincast.material.microstructure import Microstructure

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
    told = []
    for path, folder in zip(args.file, _folders(args.file, args.output), strict=True):
        found = opening_options.opened_by(args, path)
        structure, strays = stray_pieces.mended(found.structure)
        made_folder(folder)
        size = _written(folder, structure, exports)
        sizes += size
        said = [*found.said, *([f"{strays} stray pieces went to the grains around them"] if strays else [])]
        about = {"file": str(path), "folder": str(folder), "grains": structure.grains, "in_grain_size": bool(size)}
        told.append({**about, "said": said})
        if not args.json:
            print("\n  ".join([f"{path}: {said[0]}", *said[1:], f"written to {folder}"]))
    over = several_fields.over_fields(sizes) if sizes else None
    if args.json:
        record = None if over is None else several_fields.record_of_fields(over)
        print(json.dumps({"files": told, "grain_size": record}, indent=1))
    elif over is None:
        print("no ASTM grain size: it needs the size of a pixel (--pixel-size)")
    else:
        unscaled = [str(one["file"]) for one in told if not one["in_grain_size"]]
        if unscaled:
            print(f"not in the grain size, for want of a scale: {', '.join(unscaled)}")
        print("\n".join(telling.sentences(over)))


def _folders(paths: Sequence[Path], output: Path | None) -> list[Path]:
    """Where what is measured of each file goes; files of one name get numbers."""
    if output is not None and len(paths) == 1:
        return [output]
    names: list[str] = []
    for path in paths:
        numbered = (f"{path.stem}_{number}" for number in count(2))
        names.append(next(name for name in chain([path.stem], numbered) if name not in names))
    return [Path(f"measured_{name}") if output is None else output / name for name in names]


def _written(folder: Path, structure: Microstructure, exports: tuple[str, ...]) -> list[GrainSize]:
    """Write what is measured of one file; its grain size, if it has a scale."""
    tiff.write(folder / "labels.tif", structure)
    grain_table.write_csv(folder / "grains.csv", structure)
    named.write(exports, folder, "grains", structure)
    if structure.step is None:
        return []
    size = one_picture.measured(structure)
    overlay.write(folder / "grain_size.png", structure.labels, size)
    return [size]
