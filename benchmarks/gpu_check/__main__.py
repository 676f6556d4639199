"""A check of every learning model on a GPU, in minutes, from data made before.

    python benchmarks/gpu_check prepare --output results/gpu_check/data
    python benchmarks/gpu_check run --data results/gpu_check/data --output results/gpu_check/run --minutes 7

`prepare` needs the whole environment. `run` needs torch, numpy, scipy, safetensors and pyarrow, and no network; stopped
(SIGTERM) or cut off, the same command goes on from where it was.
"""

import argparse
import sys
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(PROJECT / "workflow"), str(PROJECT / "benchmarks")]

from graincast.base import command
from graincast.base.errors import GraincastError

MOST_MINUTES = 8.0


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    commands = parser.add_subparsers(required=True, metavar="prepare | run")
    prepare = commands.add_parser("prepare", help="make the data and describe the models")
    prepare.set_defaults(do=prepared)
    prepare.add_argument("--output", type=Path, required=True, help="folder to make")
    prepare.add_argument("--configfile", type=Path, default=Path("config/paper.yaml"), help="names studies and models")
    prepare.add_argument("--pixels", type=int, default=128, help="to the side of a field")
    prepare.add_argument("--train", type=int, default=128, help="samples to train on")
    prepare.add_argument("--validation", type=int, default=16, help="samples to validate on")
    prepare.add_argument("--test", type=int, default=16, help="samples to score")
    run = commands.add_parser("run", help="train, score and time the models")
    run.set_defaults(do=ran)
    run.add_argument("--data", type=Path, required=True, help="folder that `prepare` made")
    run.add_argument("--output", type=Path, required=True, help="folder for tables, and for what is unfinished")
    run.add_argument("--minutes", type=float, default=7.0, help=f"for all models together, at most {MOST_MINUTES:g}")
    run.add_argument("--models", nargs="+", help="names of those to check; all if left out")
    args = parser.parse_args(argv)
    args.do(args)


def prepared(args: argparse.Namespace) -> None:
    """The command `prepare`."""
    from gpu_check import preparing
    from gpu_check.preparing import Sizes

    sizes = Sizes(args.pixels, args.train, args.validation, args.test)
    size = preparing.prepare(args.output, args.configfile, sizes)
    print(f"{args.output}: {size / 2**20:.1f} MiB")


def ran(args: argparse.Namespace) -> None:
    """The command `run`."""
    if not 0 < args.minutes <= MOST_MINUTES:
        raise GraincastError(f"--minutes is {args.minutes:g}, expected more than 0 and at most {MOST_MINUTES:g}")
    ends = time.monotonic() + 60 * args.minutes  # what is imported counts
    from gpu_check import running

    running.run(args.data, args.output, ends, args.models, command.stop_on_sigterm())


if __name__ == "__main__":
    command.run(main)
