"""Forecast the growth of your own microstructure: a label map, grains between lines, or an EBSD or grain map.

The exact solver of growth by curvature answers; --method model or both asks a trained network too. Writes
prediction.parquet (a row a frame), prediction.npz (grain maps), frames.png and mean_radius.png. Without k, times are
k t; k is the reduced mobility by which a grain with n sides grows at dA/dt = (pi / 3) k (n - 6).
"""

import argparse
import json
from pathlib import Path

from graincast.base import command
from graincast.base.storage import made_folder
from graincast.growth.prediction import answering, grain_sizes, question, sentences
from graincast.growth.prediction.clock import UNITS, Kinetics
from graincast.growth.prediction.outcome import FieldOfView
from graincast.growth.prediction.question import Question
from graincast.material import grain_table, opening_options
from graincast.material.exports import named, stray_pieces
from graincast.material.grain_size import one_picture
from graincast.material.specimens import scale

SUMMARY = "how the grains in your own picture or EBSD map will grow"
SHIPPED = question.SHIPPED


def main(argv: list[str] | None = None) -> None:
    args = _arguments().parse_args(argv)
    asked = _question(args)
    exports = named.parse(args.export) if args.export else ()
    where = str(args.microstructure)
    found = opening_options.opened_by(args, args.microstructure, args.periodic)
    structure = found.structure
    lengths = scale.given(structure.step)
    folder = made_folder(args.output or Path(f"prediction_{args.microstructure.stem}"))
    edges = "periodic" if args.periodic else "mirrored at its edges"
    if not args.json:
        print("\n  ".join([f"{where}: {found.said[0]}, {edges}", *found.said[1:]]), flush=True)
    answer = answering.answered(FieldOfView(structure.labels, args.periodic, found.blur), lengths, asked, where)
    from graincast.growth.prediction import output  # figures: a wrong call is told without

    output.write(folder, answer, lengths, structure)
    last, strays = stray_pieces.mended(output.last_frame(answer.best, structure))
    if exports:
        named.write(exports, folder, "last_frame", last)
        grain_table.write_csv(folder / "last_frame.csv", last)
        command.log.info("exported the last frame; %d stray pieces went to the grains around them", strays)
    sizes = grain_sizes.counted(structure, last)
    grain_sizes.write(folder, sizes, structure, last)
    if args.json:
        about = {"file": where, "folder": str(folder), "said": found.said}
        astm = {name: one_picture.record(size) for name, size in sizes.items()}
        print(json.dumps({**about, **output.record(answer, lengths), "grain_size": astm}, indent=1))
    else:
        print("\n".join([*sentences.told(answer, lengths), *sentences.sized(sizes), f"written to {folder}"]))


def _arguments() -> argparse.ArgumentParser:
    parser = command.arguments(__doc__)
    parser.add_argument(
        "microstructure", type=Path, help="picture (PNG, TIFF, NPY, ...) or map (.ang, .ctf, .cpr, HDF5)"
    )
    parser.add_argument("--method", choices=question.METHODS, help="who answers (solver; model with --checkpoint)")
    parser.add_argument("--output", type=Path, help="folder to write to (prediction_NAME)")
    parser.add_argument("--frames", type=int, help=f"how many ({question.FRAMES}; a model: those it is calibrated for)")
    parser.add_argument("--until", type=float, metavar="TIME", help="of the last frame (a mean grain area over k)")
    parser.add_argument("--k", type=float, help="reduced mobility, um^2 a unit of time: dA/dt = (pi/3) k (n - 6)")
    parser.add_argument("--parabolic-k", type=float, metavar="K", help="instead of k: R^2 - R_0^2 = K t, um^2 a unit")
    parser.add_argument("--k-interval", type=float, nargs=2, metavar=("LOW", "HIGH"), help="90 %% interval of either")
    parser.add_argument("--time-unit", choices=UNITS, default="s", help="of times, k and K")
    parser.add_argument("--periodic", action="store_true", help="the picture tiles the plane: do not mirror it")
    parser.add_argument("--export", default="", metavar="NAME,...", help=f"last frame as {', '.join(named.EXPORTS)}")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of sentences")
    parser.add_argument("--checkpoint", type=Path, help="of a model, of forecasters/ in results (the shipped one)")
    parser.add_argument("--threads", type=int, help="CPU threads (all)")
    opening_options.add(parser)
    return parser


def _question(args: argparse.Namespace) -> Question:
    """What the options ask."""
    interval = None if args.k_interval is None else (args.k_interval[0], args.k_interval[1])
    return Question(
        method=args.method or ("solver" if args.checkpoint is None else "model"),
        frames=args.frames,
        until=args.until,
        kinetics=Kinetics(args.k, args.parabolic_k, interval, args.time_unit),
        checkpoint=args.checkpoint or SHIPPED,
        threads=args.threads,
    )
