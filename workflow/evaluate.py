"""Evaluate one trained model on the test simulations of one case, without retraining."""

from pathlib import Path

import numpy as np

from graincast import command
from graincast.errors import GraincastError
from graincast.learning import devices, trained, windows
from graincast.scores import evaluation, table
from graincast.storage import read_arrays, write_arrays

EXAMPLES = 1  # structures of which the predicted images are kept for the report


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--weights", type=Path, required=True, help="weights of the model (.safetensors)")
    parser.add_argument("--name", required=True, help="name of the model, for the table")
    parser.add_argument("--windows", type=Path, required=True, help="test windows of the case (.npz)")
    parser.add_argument("--case", required=True, help="name of the case, for the table")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads (results depend on it)")
    parser.add_argument("--scores", type=Path, required=True, help="table to write (.parquet)")
    parser.add_argument("--examples", type=Path, required=True, help="predicted images to write (.npz)")
    args = parser.parse_args(argv)

    devices.bound_threads(args.threads)
    devices.keep_memory()
    stored = read_arrays(args.windows, ("grain_counts", "simulations"))
    case = windows.load(args.windows)
    if not len(case):
        raise GraincastError(f"{args.windows}: holds no test simulation (see the YAML of the data set '{args.case}')")
    whole = windows.sequences(case, (np.arange(len(case)), np.zeros(len(case), int)), case.frames)
    with devices.device() as device:
        model = trained.load(args.weights, device)
        forecast = model.forecast(whole.frames(slice(model.inputs)), case.frames - model.inputs, device)
    predicted, truth = forecast.images.numpy(), whole.images[:, model.inputs :].numpy()
    identity = {"model": args.name, "dataset": model.about["dataset"], "seed": model.about["seed"], "case": args.case}
    rows = evaluation.rows(identity, predicted, truth, stored["grain_counts"][:, model.inputs :], stored["simulations"])
    watched = command.progress(rows, f"scoring {args.name} on {args.case}", 3 * predicted.shape[0] * predicted.shape[1])
    table.write(args.scores, list(watched))
    write_arrays(args.examples, {"truth": whole.images[:EXAMPLES].numpy(), "predicted": predicted[:EXAMPLES]})


if __name__ == "__main__":
    command.run(main)
