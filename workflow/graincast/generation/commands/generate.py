"""Generate grain structures: of a mean size and a spread of sizes, or like a map of your own (--like).

Each is periodic: it tiles the plane. Writes to a folder: grains.tif (ImageJ; a start for growth, as it is, by
`graincast predict --periodic grains.tif` or the size law periodic_map), grains.csv (a row a grain),
boundaries.npz (the network of polylines), structures.png, and the sheet "asked and got" (.csv, .png), printed too.
Sizes are equivalent circle diameters, and their mean is over grains. Orientations and phases of a map are drawn for new
grains such that areas keep their shares; misorientations of neighbours are not matched.
"""

import argparse
import json
from pathlib import Path

from graincast.base import command
from graincast.base.errors import GraincastError
from graincast.base.storage import made_folder
from graincast.generation.generating import asked as asking
from graincast.generation.generating.asked import Asked
from graincast.material import opening_options
from graincast.material.exports import named

SUMMARY = "grain structures by their size and spread, or like your own map, and what came out"


def main(argv: list[str] | None = None) -> None:
    args = _arguments().parse_args(argv)
    asked = _asked(args)
    exports = named.parse(args.export) if args.export else ()
    if exports and asked.mean_size is None and args.like is None:
        _check_scale(exports)
    where = "generate" if args.like is None else str(args.like)
    found = None if args.like is None else opening_options.opened_by(args, args.like)
    if found is not None and not args.json:
        print("\n  ".join([f"{where}: {found.said[0]}", *found.said[1:]]), flush=True)
    like = None if found is None else found.structure
    if like is not None and like.step is None and asked.mean_size is None:
        _check_scale(exports)
    folder = made_folder(args.output or Path("generated" if args.like is None else f"generated_{args.like.stem}"))
    from graincast.generation.generating import folder as leaving  # torch and figures: a wrong call is told without
    from graincast.generation.generating import making, spoken

    made = making.generated(asked, like, where)
    leaving.write(folder, made, exports)
    if args.json:
        said = [] if found is None else list(found.said)
        print(json.dumps({"like": where, "folder": str(folder), "said": said, **leaving.record(made)}, indent=1))
    else:
        print("\n".join([*spoken.told(made), f"written to {folder}"]))
    if made.failed:
        raise GraincastError(f"{len(made.failed)} of {asked.count} structures were not made")


def _arguments() -> argparse.ArgumentParser:
    parser = command.arguments(__doc__)
    parser.add_argument("--like", type=Path, metavar="MAP", help="EBSD map, grain map or picture to be like")
    parser.add_argument("--mean-size", type=float, metavar="UM", help="mean grain diameter, micrometres (the map's)")
    parser.add_argument("--spread", type=float, help=f"standard deviation of ln R ({asking.NORMAL_GROWTH:g})")
    parser.add_argument("--grains", type=int, help=f"about how many ({asking.GRAINS}, or as many as the map has)")
    parser.add_argument("--size", metavar="WxH", help="of the structure, micrometres, instead of --grains")
    parser.add_argument("--count", type=int, default=1, help="structures, each of a seed of its own (1)")
    parser.add_argument("--relax", action="store_true", help="let it grow by curvature for a breath: truer junctions")
    parser.add_argument("--seed", type=int, default=0, help="of all chance (0)")
    parser.add_argument(
        "--tune", type=int, default=asking.TUNING, metavar="STEPS", help="of fitting to the map; 0: none"
    )
    parser.add_argument("--checkpoint", type=Path, default=asking.SHIPPED, help="of a generator (the shipped one)")
    parser.add_argument("--output", type=Path, help="folder to write to (generated, or generated_NAME)")
    parser.add_argument("--export", default="", metavar="NAME,...", help=f"more formats: {', '.join(named.EXPORTS)}")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of sentences")
    parser.add_argument("--threads", type=int, help="CPU threads (all)")
    opening_options.add(parser)
    return parser


def _asked(args: argparse.Namespace) -> Asked:
    """What the options ask."""
    return Asked(
        mean_size=args.mean_size,
        spread=args.spread,
        grains=args.grains,
        size=None if args.size is None else asking.size_of(args.size),
        count=args.count,
        relax=args.relax,
        seed=args.seed,
        checkpoint=args.checkpoint,
        tune=args.tune,
        threads=args.threads,
    )


def _check_scale(exports: tuple[str, ...]) -> None:
    """An error, before the work, for formats that need a length where none is known."""
    needing = [name for name in exports if named.EXPORTS[name].needs_step]
    if needing:
        raise GraincastError(f"--export {needing[0]} needs a length: give the mean size of grains (--mean-size)")
