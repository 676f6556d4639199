"""Find the grains of your own micrographs: photographs of etched or imaged grains, grey or in colours.

Writes for each picture into segmented_NAME/: labels.tif (opens in ImageJ; edit it, and --labels takes it back),
grains.csv (a row a grain, with its certainty), boundaries.tif, chance_of_boundary.tif, overlay.png to look at,
histograms.png, and grain_size.png, on which every hit that the ASTM E112 grain size counts is marked. Its labels go
into measure, predict and generate --like. A picture that was segmented before, with the same options, is not segmented
again.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graincast.base import command
from graincast.base.errors import GraincastError
from graincast.base.storage import made_folder
from graincast.material import measuring
from graincast.material.exports import named
from graincast.material.grain_size.one_picture import GrainSize

if TYPE_CHECKING:
    from graincast.segmentation.segmenting.batch import PictureBatch

SUMMARY = "the grains in your own micrographs: labels, certainty, a table, ASTM grain size"
PHOTOGRAPHS = "./graincast segment finds the grains of photographs"


def main(argv: list[str] | None = None) -> None:
    args = _arguments().parse_args(argv)
    exports = named.parse(args.export) if args.export else ()
    if args.labels is not None and len(args.picture) > 1:
        raise GraincastError(f"--labels is of one picture, and {len(args.picture)} were given: correct one at a time")
    from graincast.segmentation.segmenting.batch import PictureBatch  # torch and figures: a wrong call is told without

    batch = PictureBatch(args.model, args.views, args.pixel_size, args.labels, exports, args.threads)
    told: list[dict[str, Any]] = []
    sizes: list[GrainSize] = []
    refused: dict[str, str] = {}
    pairs = list(zip(args.picture, measuring.folders(args.picture, args.output, "segmented"), strict=True))
    for path, folder in command.progress(pairs, "segmenting", len(pairs)):
        try:
            about, size = _one(batch, path, folder)
        except GraincastError as error:
            refused[str(path)] = str(error)
            continue
        told.append(about)
        sizes += size
        if not args.json:
            print("\n  ".join([f"{path}: {about['said'][0]}", *about["said"][1:]]), flush=True)
    if not told and len(set(refused.values())) == 1:
        raise GraincastError(next(iter(refused.values())))
    measuring.tell(told, sizes, refused, args.json)
    if refused:
        raise GraincastError(f"{len(refused)} of {len(args.picture)} pictures not segmented: {', '.join(refused)}")


def _one(batch: "PictureBatch", path: Path, folder: Path) -> tuple[dict[str, Any], list[GrainSize]]:
    about, size = batch.segmented(path, made_folder(folder))
    return {"file": str(path), "folder": str(folder), "in_grain_size": bool(size), "same_as": None, **about}, size


def _arguments() -> argparse.ArgumentParser:
    from graincast.segmentation.segmenting import options

    parser = command.arguments(__doc__)
    parser.add_argument("picture", type=Path, nargs="+", help="micrograph (PNG, TIFF, JPEG, NPY, ...)")
    parser.add_argument("--pixel-size", type=float, metavar="UM", help="micrometres a pixel (what the file says)")
    parser.add_argument("--model", type=Path, default=options.SHIPPED, help="segmenter (the one that comes along)")
    parser.add_argument(
        "--views", type=int, choices=options.VIEWS, default=options.USUAL, help="mirrored, that a picture is seen in"
    )
    parser.add_argument(
        "--labels", type=Path, metavar="EDITED", help="corrected labels: all numbers are made from them"
    )
    parser.add_argument("--output", type=Path, help="folder to write to (segmented_NAME); of many, one each in it")
    parser.add_argument("--export", default="", metavar="NAME,...", help=f"more formats: {', '.join(named.EXPORTS)}")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of sentences")
    parser.add_argument("--threads", type=int, help="CPU threads (all)")
    return parser
