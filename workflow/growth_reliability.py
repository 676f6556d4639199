"""Whether one model knows when it is wrong: its training seeds against each other, and bands around its mean radius."""

from pathlib import Path

from graincast.base import command, table
from graincast.base.storage import write_arrays
from graincast.growth.data import windows
from graincast.growth.judging import ensemble, reliability
from graincast.training import devices


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--weights", type=Path, nargs="+", required=True, help="weights of all training seeds")
    parser.add_argument("--name", required=True, help="name of the model, for the table")
    parser.add_argument("--validation", type=Path, required=True, help="validation windows of its training data (.npz)")
    parser.add_argument("--windows", type=Path, nargs="+", required=True, help="test windows: CASE/test.npz")
    parser.add_argument("--scores", type=Path, nargs="+", required=True, help="scores of the first training by case")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads (results depend on it)")
    parser.add_argument("--table", type=Path, required=True, help="table to write (.parquet)")
    parser.add_argument("--maps", type=Path, required=True, help="maps of an example of every case to write (.npz)")
    args = parser.parse_args(argv)

    devices.bound_threads(args.threads)
    devices.keep_memory()
    with devices.device() as device:
        members = ensemble.load(args.weights, device)
        first, watched = members[0], command.progress(args.windows, f"doubting {args.name}", len(args.windows))
        calibration = ensemble.radius_biases(first, windows.load(args.validation), device)
        cases = {path.parent.name: ensemble.judged(members, windows.load(path), device) for path in watched}
    identity = {"model": args.name, "dataset": first.about["dataset"]}
    scores = table.read_all(args.scores)
    biases = {case: reliability.biases(scores, case, first.about["seed"]) for case in cases}
    bands = reliability.band_rows(identity, first.inputs, calibration, biases)
    table.write(args.table, [*reliability.rows(identity, first.inputs, cases), *bands])
    write_arrays(
        args.maps, {f"{kind}_{name}": shown for name, case in cases.items() for kind, shown in case.example.items()}
    )


if __name__ == "__main__":
    command.run(main)
