"""Evaluate one trained model on the test simulations of one case, without retraining."""

from pathlib import Path

from graincast.base import command, table
from graincast.base.storage import write_arrays
from graincast.growth import trained
from graincast.growth.data import windows
from graincast.growth.experiment import STUDY
from graincast.growth.judging import forecast_files, forecasts
from graincast.training import devices

EXAMPLES = 1  # structures of which the predicted images are kept for the report


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--weights", type=Path, required=True, help="weights of the model (.safetensors)")
    parser.add_argument("--name", required=True, help="name of the model, for the table")
    parser.add_argument("--windows", type=Path, required=True, help="test windows of the case (.npz)")
    parser.add_argument("--case", required=True, help="name of the case, for the table")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads (results depend on it)")
    parser.add_argument("--scores", type=Path, required=True, help="table to write (.parquet)")
    parser.add_argument("--forecasts", type=Path, required=True, help="what was forecast, to write (.npz)")
    parser.add_argument("--examples", type=Path, required=True, help="predicted images to write (.npz)")
    args = parser.parse_args(argv)

    devices.bound_threads(args.threads)
    devices.keep_memory()
    cases = windows.load_by_box(args.windows)
    with devices.device() as device:
        model = trained.load(args.weights, device)
        judged = [(forecasts.forecast(model, case, device), case) for case in cases]
        trained_as = {"model": args.name, "dataset": model.about["dataset"], "seed": model.about["seed"]}
        identity = {**trained_as, "case": args.case}
        attended = [forecasts.attended(model, case, device) for case in cases]
        looks = [row for pair in judged for row in forecasts.symmetry_rows(identity, model, *pair, device)]
    looks += [row for pair in zip(attended, cases, strict=True) for row in forecasts.attention_rows(identity, *pair)]
    readings = {case.within: list(forecasts.readings(said, case, model.inputs)) for said, case in judged}
    scored = (rows for one in readings.values() for rows in forecasts.rows(identity, one, model.inputs))
    watched = command.progress(scored, f"scoring {args.name} on {args.case}", sum(map(len, cases)))
    table.write(args.scores, STUDY, [row for rows in watched for row in rows] + looks)
    forecast_files.write(args.forecasts, model.about, readings)
    first = forecasts.examples(judged[0][0], attended[0], cases[0], EXAMPLES) if cases else {}
    write_arrays(args.examples, first)


if __name__ == "__main__":
    command.run(main)
