"""Write the page of the generation study: merged tables, figures, one page, its entry of the front page, provenance."""

import json
from pathlib import Path

from graincast.base import command, provenance, specs, table
from graincast.generation import experiment
from graincast.generation.sections import generation_report


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--configuration", type=json.loads, required=True, help="the experiment, as JSON")
    parser.add_argument("--scores", type=Path, nargs="+", required=True, help="of sources of structures")
    parser.add_argument("--drawn", type=Path, nargs="+", required=True, help="structures SOURCE/MODEL/SEED.npz")
    parser.add_argument("--rebuilt", type=Path, nargs="+", required=True, help="scores of reconstructions")
    parser.add_argument("--rebuilt-pictures", type=Path, nargs="+", required=True, help="MODEL/DATASET/SEED.npz")
    parser.add_argument("--meaning", type=Path, nargs="+", required=True, help="scores of latents")
    parser.add_argument("--meaning-pictures", type=Path, nargs="+", required=True, help="MODEL/DATASET/SEED.npz")
    parser.add_argument("--halves", type=Path, nargs="*", required=True, help="scores of halves of measured maps")
    parser.add_argument("--half-pictures", type=Path, nargs="*", required=True, help="SEED/MAP.npz")
    parser.add_argument("--asked", type=Path, nargs="+", required=True, help="what was asked of generators and drawn")
    parser.add_argument("--curves", type=Path, nargs="+", required=True, help="learning curves")
    parser.add_argument("--output", type=Path, required=True, help="folder of the page")
    args = parser.parse_args(argv)

    asked = args.configuration
    chosen = specs.build(asked["experiment"], experiment.Experiment, "--configuration")
    parts = (args.scores, args.rebuilt, args.meaning, args.halves, args.asked, args.curves)
    tables = generation_report.StageTables(*(table.read_all(paths) for paths in parts))
    found = generation_report.StageFiles(args.drawn, args.rebuilt_pictures, args.meaning_pictures, args.half_pictures)
    inputs = [path for value in vars(args).values() if isinstance(value, list) for path in value]
    about = provenance.describe(asked["experiment"], {*map(Path, asked["files"]), *inputs}, asked["merged_from"])
    generation_report.write(args.output, tables, found, chosen, asked["descriptions"], about)


if __name__ == "__main__":
    command.run(main)
