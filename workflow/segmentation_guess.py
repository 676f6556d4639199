"""Have a trained model guess where the boundaries of pictures are: what models that mend guesses learn from."""

from pathlib import Path

from graincast.base import command
from graincast.segmentation.data import guessing, known_pictures
from graincast.training import devices


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--weights", type=Path, required=True, help="of the model that guesses")
    parser.add_argument("--pictures", type=Path, required=True, help="a split (.npz)")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads")
    parser.add_argument("--output", type=Path, required=True, help="the same with guesses (.npz)")
    args = parser.parse_args(argv)

    devices.bound_threads(args.threads)
    with devices.device() as device:
        split = known_pictures.some(args.pictures)
        guessed = guessing.guessed(args.weights, split, device)
        known_pictures.write(args.output, command.progress(guessed, "guessing", len(split)))


if __name__ == "__main__":
    command.run(main)
