"""Write the report: merged tables, figures, one page and where it all comes from."""

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
    parser.add_argument("--validation", type=Path, required=True, help="table of the solvers' validation")
    parser.add_argument("--doubts", type=Path, nargs="+", required=True, help="tables of what models know of errors")
    parser.add_argument("--doubt-maps", type=Path, nargs="+", required=True, help="maps of errors and disagreement")
    parser.add_argument("--maps", type=Path, nargs="*", required=True, help="cleaned measured maps that are evaluated")
    parser.add_argument("--landmarks", type=Path, required=True, help="published numbers (.csv)")
    parser.add_argument("--output", type=Path, required=True, help="folder of the report")
    args = parser.parse_args(argv)

    parts = ([*args.scores, *args.bounds], args.curves, args.sheets, [args.validation], args.doubts)
    merged = [table.read_all(paths) for paths in parts]
    chosen = specs.build(args.configuration["experiment"], experiment.Experiment, "--configuration")
    inputs = [*args.scores, *args.bounds, *args.examples, *args.curves, *args.sheets, *args.growths, args.validation]
    inputs += [*args.doubts, *args.doubt_maps, *args.speeds, *args.machines, *args.maps, args.landmarks]
    files = [Path(path) for path in args.configuration["files"]]
    about = provenance.describe(args.configuration["experiment"], [*files, *inputs])
    growths = {path.parent.name: growth_measures.read(path) for path in args.growths}
    speeds = {path.stem: cost.read(path, machine) for path, machine in zip(args.speeds, args.machines, strict=True)}
    of_maps, maps = measured_maps.told(args.configuration), cleaned.load_all(args.maps)
    told = growth_report.Told(
        args.configuration["descriptions"],
        args.configuration["dials"],
        of_maps,
        args.configuration["laws"],
        args.configuration["unused"],
        landmarks.read(args.landmarks),
    )
    tables, found = (
        growth_report.Tables(*merged),
        growth_report.Found(args.examples, args.doubt_maps, growths, speeds, maps),
    )
    growth_report.write(args.output, tables, found, chosen, told, about)


if __name__ == "__main__":
    command.run(main)
