"""Write the page of the growth study: merged tables, figures, one page, its entry of the front page, and provenance."""

import json
from pathlib import Path

from graincast.base import command, provenance, specs, table
from graincast.growth import experiment
from graincast.growth.judging import growth_measures
from graincast.growth.sections import cost, growth_report, landmarks, measured_maps
from graincast.material.measured import cleaned


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--configuration", type=json.loads, required=True, help="the experiment, as JSON")
    parser.add_argument("--scores", type=Path, nargs="+", required=True, help="tables of scores")
    parser.add_argument("--bounds", type=Path, nargs="+", required=True, help="floors and ceilings of scores")
    parser.add_argument("--examples", type=Path, nargs="+", required=True, help="predicted images")
    parser.add_argument("--curves", type=Path, nargs="+", required=True, help="learning curves")
    parser.add_argument("--sheets", type=Path, nargs="+", required=True, help="data sheets")
    parser.add_argument("--growths", type=Path, nargs="+", required=True, help="growth of the data sets")
    parser.add_argument("--speeds", type=Path, nargs="+", required=True, help="times of models and solver (.parquet)")
    parser.add_argument("--machines", type=Path, nargs="+", required=True, help="what they were measured on (.json)")
    parser.add_argument("--solvers", type=Path, required=True, help="table of how far the solvers agree")
    parser.add_argument("--reliability", type=Path, nargs="+", required=True, help="what models know of their errors")
    parser.add_argument("--error-maps", type=Path, nargs="+", required=True, help="maps of errors and disagreement")
    parser.add_argument("--verdicts", type=Path, nargs="*", required=True, help="why measured maps are left out (.csv)")
    parser.add_argument("--maps", type=Path, nargs="*", required=True, help="cleaned measured maps")
    parser.add_argument("--landmarks", type=Path, required=True, help="published numbers (.csv)")
    parser.add_argument("--output", type=Path, required=True, help="folder of the page")
    args = parser.parse_args(argv)

    parts = ([*args.scores, *args.bounds], args.curves, args.sheets, [args.solvers], args.reliability)
    merged = [table.read_all(paths) for paths in parts]
    asked = args.configuration
    chosen = specs.build(asked["experiment"], experiment.Experiment, "--configuration")
    inputs = [path for value in vars(args).values() for path in (value if isinstance(value, list) else [value])]
    files = {Path(path) for path in (*asked["files"], *inputs) if isinstance(path, str | Path)} - {args.output}
    told = growth_report.Described(
        asked["descriptions"],
        asked["dials"],
        measured_maps.told(
            {name: Path(path) for name, path in asked["tables"].items()}, args.verdicts, asked["emulated"]
        ),
        asked["laws"],
        asked["unused"],
        landmarks.read(args.landmarks),
    )
    found = growth_report.Found(
        args.examples,
        args.error_maps,
        {path.parent.name: growth_measures.read(path) for path in args.growths},
        {path.stem: cost.read(path, machine) for path, machine in zip(args.speeds, args.machines, strict=True)},
        told.measured.by_case(cleaned.load_all(args.maps)),
    )
    about = provenance.describe(asked["experiment"], files, asked["merged_from"])
    growth_report.write(args.output, growth_report.Tables(*merged), found, chosen, told, about)


if __name__ == "__main__":
    command.run(main)
