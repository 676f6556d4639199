"""Simulate growth from one cleaned map, and say whether it can be evaluated.

The trajectory file of a map that cannot holds no simulation, and the verdict says why.
"""

from pathlib import Path

from graincast.base import command
from graincast.material import admission, datasets, trajectories


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--dataset", type=Path, required=True, help="YAML of the measured data set")
    parser.add_argument("--map", type=Path, required=True, help="cleaned map to start from (.npz)")
    parser.add_argument("--trajectory", type=Path, required=True, help="trajectory file to write (.npz)")
    parser.add_argument("--verdict", type=Path, required=True, help="why it is left out, if it is, to write (.csv)")
    args = parser.parse_args(argv)

    dataset = datasets.load(args.dataset)
    chosen = datasets.parts(dataset, str(args.dataset))
    simulations, reason = [], ""
    try:
        simulations.append(admission.simulation(dataset, chosen, args.map))
    except admission.LeftOut as left_out:
        reason = str(left_out)
        command.log.warning("%s is left out: %s", args.map.stem, reason)
    trajectories.write(args.trajectory, dataset, enumerate(simulations))
    admission.write(args.verdict, {args.map.stem: reason})


if __name__ == "__main__":
    command.run(main)
