"""Time trained models and the solver on the same test windows, in turn, on one thread, and models on a GPU if any."""

import json
from pathlib import Path

import torch

from graincast.base import command, machine, table
from graincast.base.storage import write_text
from graincast.growth.data import windows
from graincast.growth.experiment import STUDY
from graincast.growth.timing import costs, entries, turns
from graincast.material import datasets
from graincast.training import devices

THREADS = 1


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--trained-on", type=Path, required=True, help="YAML of the data set that models learned from")
    parser.add_argument("--data-costs", type=Path, nargs="+", required=True, help="benchmarks of its jobs (.tsv)")
    parser.add_argument("--case", type=Path, required=True, help="YAML of the case's data set")
    parser.add_argument("--windows", type=Path, required=True, help="test windows of the case (.npz)")
    parser.add_argument(
        "--model",
        nargs=4,
        action="append",
        required=True,
        metavar=("NAME", "WEIGHTS", "SCORES", "BENCHMARK"),
        help="a model: its name, weights, scores on the case, and the benchmark of its training; may be repeated",
    )
    parser.add_argument("--table", type=Path, required=True, help="table to write (.parquet)")
    parser.add_argument("--machine", type=Path, required=True, help="what it was measured on (.json)")
    args = parser.parse_args(argv)

    devices.bound_threads(THREADS)
    devices.keep_memory()
    learned_from, of_case = datasets.load(args.trained_on), datasets.load(args.case)
    case = windows.load(args.windows)
    data = costs.data_seconds(args.data_costs, learned_from)
    with devices.device() as device:
        places = [torch.device("cpu"), *([device] if device.type == "cuda" else [])]
        field = list(entries.of_solver(of_case, datasets.parts(of_case, str(args.case)), case))
        for name, weights, scores, benchmark in args.model:
            spent = costs.known(data_seconds=data, training_seconds=costs.job_seconds([Path(benchmark)]))
            field.append(entries.of_model(name, Path(weights), Path(scores), spent, case, places))
        rows = entries.rows({"dataset": args.trained_on.stem, "case": args.case.stem}, field)
        gpu = torch.cuda.get_device_name(device) if device.type == "cuda" else None
    about = {"processor": machine.processor(), "gpu": gpu, "threads": THREADS, "rounds": turns.ROUNDS}
    table.write(args.table, STUDY, rows)
    write_text(args.machine, json.dumps(about, indent=2) + "\n")


if __name__ == "__main__":
    command.run(main)
