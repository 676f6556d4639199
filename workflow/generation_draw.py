"""Draw, cut or tessellate structures of every step by one source, and read their grains."""

import importlib
from pathlib import Path

from graincast.base import command
from graincast.generation import catalogue
from graincast.generation.data import drawn, fields
from graincast.generation.sources.given import Given
from graincast.training import devices


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--source", required=True, help="file of workflow/graincast/generation/sources/")
    parser.add_argument("--train", type=Path, required=True, help="fields that models learned from")
    parser.add_argument("--test", type=Path, required=True, help="fields that they did not")
    parser.add_argument("--weights", type=Path, help="of the model, for sources that need one")
    parser.add_argument("--shown", type=Path, help="fields of a data set of its own, for sources that show one")
    parser.add_argument("--fields", type=int, required=True, help="of each step, for sources of periodic fields")
    parser.add_argument("--patches", type=int, required=True, help="of each step, for sources of pieces")
    parser.add_argument("--seed", type=int, default=0, help="of what is drawn")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads")
    parser.add_argument("--output", type=Path, required=True, help="grain maps to write (.npz)")
    args = parser.parse_args(argv)

    file = catalogue.file_of(args.source, "--source")
    devices.bound_threads(args.threads)
    with devices.device() as device:
        split = [tuple(fields.read(path)) for path in (args.train, args.test)]
        shown = tuple(fields.read(args.shown)) if args.shown else ()
        given = Given(split[0], split[1], args.weights, args.fields, args.patches, device, args.seed, shown)
        source = importlib.import_module(f"graincast.generation.sources.{file.stem}")
        maps = source.drawn(given)
        drawn.write(args.output, command.progress(maps, f"drawing by {args.source}", args.fields * len(given.steps)))


if __name__ == "__main__":
    command.run(main)
