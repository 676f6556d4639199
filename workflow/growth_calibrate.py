"""Calibrate a trained model for prediction: the same weights, with what `predict` needs in their description."""

from pathlib import Path

from graincast.base import command, provenance
from graincast.base.errors import GraincastError
from graincast.base.storage import read_arrays
from graincast.growth.judging import forecast_files
from graincast.growth.prediction import calibration, described_anew


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--weights", type=Path, required=True, help="weights of the model (.safetensors)")
    parser.add_argument("--train", type=Path, required=True, help="windows that it was trained on")
    parser.add_argument("--validation", type=Path, required=True, help="windows of the same data set to calibrate on")
    parser.add_argument("--forecasts", type=Path, required=True, help="its forecast of them (.npz)")
    parser.add_argument(
        "--growth", type=Path, required=True, help="growth of that data set (.npz), for its unit of time"
    )
    parser.add_argument("--output", type=Path, required=True, help="forecaster to write (.safetensors)")
    args = parser.parse_args(argv)

    tensors, about = described_anew.read(args.weights)
    if not about["training"]["stages"]:
        raise GraincastError(f"{args.weights}: has learned nothing ('{about['model']}'): there is nothing to calibrate")
    forecast = forecast_files.read(args.forecasts)
    if forecast.about != about:
        raise GraincastError(f"{args.forecasts}: is by another training than {args.weights}, expected the same")
    unit = str(read_arrays(args.growth, ("unit",))["unit"])
    found = calibration.calibrate(forecast, args.validation, args.train, unit)
    told = {**about, **calibration.described(found), "commit": provenance.commit_of_the_code()}
    described_anew.write(args.output, tensors, told)
    if None in found.half_widths:
        few = found.validation_structures
        command.log.info("%d validation structures are too few for a band of %.0f %%", few, 100 * found.level)


if __name__ == "__main__":
    command.run(main)
