"""Whether one model knows when it is wrong: its training seeds against each other, and bands around its mean radius."""

from pathlib import Path

from graincast.base import command, table
from graincast.base.storage import write_arrays
from graincast.growth.experiment import STUDY
from graincast.growth.judging import ensemble, forecast_files, reliability


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument(
        "--forecasts", type=Path, nargs="+", required=True, help="of all trainings, the first one first: SEED/CASE.npz"
    )
    parser.add_argument("--windows", type=Path, nargs="+", required=True, help="test windows: CASE/test.npz")
    parser.add_argument("--calibration", type=Path, required=True, help="the first training's forecast to calibrate on")
    parser.add_argument("--validation", type=Path, required=True, help="validation windows that it is of (.npz)")
    parser.add_argument("--name", required=True, help="name of the model, for the table")
    parser.add_argument("--table", type=Path, required=True, help="table to write (.parquet)")
    parser.add_argument("--maps", type=Path, required=True, help="maps of an example of every case to write (.npz)")
    args = parser.parse_args(argv)

    own = forecast_files.read(args.calibration)
    calibration = forecast_files.radius_biases(own, forecast_files.truth(own, args.validation))
    cases, biases = {}, {}
    for path in command.progress(args.windows, f"doubting {args.name}", len(args.windows)):
        case = path.parent.name
        members = ensemble.load([one for one in args.forecasts if one.stem == case], own)
        true = forecast_files.truth(members[0], path)
        cases[case], biases[case] = ensemble.judged(members, true), forecast_files.radius_biases(members[0], true)
    identity = {"model": args.name, "dataset": own.about["dataset"]}
    bands = reliability.band_rows(identity, own.inputs, calibration, biases)
    table.write(args.table, STUDY, [*reliability.rows(identity, own.inputs, cases), *bands])
    write_arrays(
        args.maps, {f"{kind}_{name}": shown for name, case in cases.items() for kind, shown in case.example.items()}
    )


if __name__ == "__main__":
    command.run(main)
