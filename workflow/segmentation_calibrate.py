"""Find how sure a trained partitioner is, and write the segmenter that it becomes: what `segment` works with."""

from pathlib import Path

import numpy as np

from graincast.base import checkpoint, command, provenance, table
from graincast.scoring import platt
from graincast.segmentation import segmenter, trained
from graincast.segmentation.contract import Partitioner
from graincast.segmentation.data import known_pictures
from graincast.segmentation.experiment import STUDY
from graincast.segmentation.judging import calibrating
from graincast.training import devices


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--weights", type=Path, required=True, help="of the partitioner")
    parser.add_argument("--train", type=Path, required=True, help="pictures that it learned from (.npz)")
    parser.add_argument("--validation", type=Path, required=True, help="pictures that it is calibrated by (.npz)")
    parser.add_argument("--test", type=Path, required=True, help="pictures that the calibration is tested on (.npz)")
    parser.add_argument("--model", required=True, help="its name, for the table")
    parser.add_argument("--dataset", required=True, help="name of what it learned from, for the table")
    parser.add_argument("--seed", type=int, required=True, help="of the training, for the table")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads")
    parser.add_argument("--segmenter", type=Path, required=True, help="segmenter to write (.safetensors)")
    parser.add_argument("--reliability", type=Path, required=True, help="table to write (.parquet)")
    args = parser.parse_args(argv)

    devices.bound_threads(args.threads)
    with devices.device() as device:
        model = trained.loaded(args.weights, device, Partitioner)  # type: ignore[type-abstract]
        by, tested = (calibrating.contacts(model, known_pictures.some(path)) for path in (args.validation, args.test))
    zoom = float(checkpoint.load(args.weights)[1]["training"].get("zoom") or 1.0)
    knows = calibrating.knowledge(by, known_pictures.some(args.train), zoom)
    segmenter.write(args.segmenter, args.weights, knows, provenance.commit_of_the_code())
    chance, real = (np.concatenate([getattr(one, name) for one in tested]) for name in ("chance", "real"))
    who = {"model": args.model, "dataset": args.dataset, "seed": args.seed}
    rows = []
    for case, said in (("said", chance), ("calibrated", platt.calibrated(chance, knows.line))):
        for at, (mean, share, count) in enumerate(zip(*platt.reliability(said, real), strict=True)):
            values = {"chance": mean, "share": share, "count": float(count)}
            rows += [{**who, "case": case, "step": at, "score": name, "value": value} for name, value in values.items()]
    table.write(args.reliability, STUDY, rows)


if __name__ == "__main__":
    command.run(main)
