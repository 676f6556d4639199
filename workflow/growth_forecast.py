"""Forecast windows with one trained model, for whoever reads forecasts: as `growth_evaluate` does, without scores."""

from pathlib import Path

from graincast.base import command
from graincast.growth import trained
from graincast.growth.data import windows
from graincast.growth.judging import forecast_files, forecasts
from graincast.training import devices


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--weights", type=Path, required=True, help="weights of the model (.safetensors)")
    parser.add_argument("--windows", type=Path, required=True, help="windows to forecast (.npz)")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads (results depend on it)")
    parser.add_argument("--forecasts", type=Path, required=True, help="what was forecast, to write (.npz)")
    args = parser.parse_args(argv)

    devices.bound_threads(args.threads)
    devices.keep_memory()
    case = windows.load(args.windows)
    with devices.device() as device:
        model = trained.load(args.weights, device)
        forecast = forecasts.forecast(model, case, device)
    readings = list(forecasts.readings(forecast, case, model.inputs))
    forecast_files.write(args.forecasts, model.about, {case.within: readings})


if __name__ == "__main__":
    command.run(main)
