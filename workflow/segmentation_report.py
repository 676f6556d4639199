"""Write the page of the segmentation study: merged tables, figures, its entry of the front page, provenance."""

import json
from pathlib import Path

from graincast.base import command, provenance, specs, table
from graincast.segmentation import experiment
from graincast.segmentation.concepts import recipe as concepts
from graincast.segmentation.sections import segmentation_report


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--configuration", type=json.loads, required=True, help="the experiment, as JSON")
    parser.add_argument("--dataset", type=Path, required=True, help="YAML of the pictures that are drawn")
    parser.add_argument("--scores", type=Path, nargs="+", required=True, help="of ways")
    parser.add_argument("--examples", type=Path, nargs="+", required=True, help="what was found, WAY/MODEL/SEED.npz")
    parser.add_argument("--reliability", type=Path, nargs="+", required=True, help="of segmenters")
    parser.add_argument("--curves", type=Path, nargs="+", required=True, help="learning curves")
    parser.add_argument("--output", type=Path, required=True, help="folder of the page")
    args = parser.parse_args(argv)

    asked = args.configuration
    chosen = specs.build(asked["experiment"], experiment.Experiment, "--configuration")
    parts = (args.scores, args.reliability, args.curves)
    tables = segmentation_report.PictureTables(*(table.read_all(paths) for paths in parts))
    inputs = {args.dataset, *map(Path, asked["files"]), *args.examples, *(path for paths in parts for path in paths)}
    about = provenance.describe(asked["experiment"], inputs, asked["merged_from"])
    segmentation_report.write(args.output, tables, args.examples, chosen, concepts.load(args.dataset), about)


if __name__ == "__main__":
    command.run(main)
