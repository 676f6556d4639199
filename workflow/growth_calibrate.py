"""Calibrate a trained model for prediction: the same weights, with what `predict` needs in their description."""

from pathlib import Path

from graincast.base import checkpoint, command, provenance
from graincast.base.errors import GraincastError
from graincast.base.storage import read_arrays
from graincast.growth import trained
from graincast.growth.data import windows
from graincast.growth.judging import forecasts
from graincast.growth.prediction import calibration
from graincast.training import devices


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--weights", type=Path, required=True, help="weights of the model (.safetensors)")
    parser.add_argument("--train", type=Path, required=True, help="windows that it was trained on")
    parser.add_argument("--validation", type=Path, required=True, help="windows of the same data set to calibrate on")
    parser.add_argument(
        "--growth", type=Path, required=True, help="growth of that data set (.npz), for its unit of time"
    )
    parser.add_argument("--threads", type=int, default=1, help="CPU threads (results depend on it)")
    parser.add_argument("--output", type=Path, required=True, help="forecaster to write (.safetensors)")
    args = parser.parse_args(argv)

    devices.bound_threads(args.threads)
    devices.keep_memory()
    tensors, about = checkpoint.load(args.weights)
    if not about["training"]["stages"]:
        raise GraincastError(f"{args.weights}: has learned nothing ('{about['model']}'): there is nothing to calibrate")
    train, validation = windows.load(args.train), windows.load(args.validation)
    with devices.device() as device:
        model = trained.load(args.weights, device)
        forecast = forecasts.forecast(model, validation, device)
    unit = str(read_arrays(args.growth, ("unit",))["unit"])
    found = calibration.calibrate(model, train, validation, forecast, unit)
    checkpoint.save(
        args.output, tensors, {**about, **calibration.described(found), "commit": provenance.commit_of_the_code()}
    )
    if None in found.half_widths:
        few = found.validation_structures
        command.log.info("%d validation structures are too few for a band of %.0f %%", few, 100 * found.level)


if __name__ == "__main__":
    command.run(main)
