"""Encode patches of the fields of several cases with one trained autoencoder: latents beside what is truly there."""

from pathlib import Path

from graincast.base import command
from graincast.base.errors import GraincastError
from graincast.generation import encoding, trained
from graincast.generation.data import fields, latents
from graincast.training import devices


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--weights", type=Path, required=True, help="weights of an autoencoder (.safetensors)")
    parser.add_argument("--cases", nargs="+", required=True, help="names of the cases, as in: train test bimodal")
    parser.add_argument("--fields", type=Path, nargs="+", required=True, help="fields of each case (.npz)")
    parser.add_argument("--patches", type=int, default=8, help="patches of each field")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads (results depend on it)")
    parser.add_argument("--latents", type=Path, required=True, help="latents to write (.npz)")
    args = parser.parse_args(argv)

    if len(args.cases) != len(args.fields):
        raise GraincastError(f"found {len(args.cases)} --cases and {len(args.fields)} --fields, expected as many")
    devices.bound_threads(args.threads)
    found = {}
    with devices.device() as device:
        model, about = trained.described_autoencoder(args.weights, device)
        for case, path in zip(args.cases, args.fields, strict=True):
            split = fields.read(path)
            watched = encoding.encoded(model, split, args.patches, device)
            found[case] = encoding.joined(list(command.progress(watched, f"encoding {case}", len(split))))
    latents.write(args.latents, found, about)


if __name__ == "__main__":
    command.run(main)
