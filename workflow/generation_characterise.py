"""Characterise one trained autoencoder: what it rebuilds, as structures, and what its decoder draws when probed."""

from pathlib import Path

from graincast.base import command, table
from graincast.base.storage import write_arrays
from graincast.generation import trained
from graincast.generation.data import fields, latents
from graincast.generation.experiment import STUDY
from graincast.generation.judging import decoder_probes, reading_losses, rebuilding, rebuilt_examples
from graincast.training import devices


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--weights", type=Path, required=True, help="weights of an autoencoder (.safetensors)")
    parser.add_argument("--name", required=True, help="name of the model, for the table")
    parser.add_argument("--latents", type=Path, required=True, help="latents that it gives (.npz)")
    parser.add_argument("--cases", nargs="+", required=True, help="names of the cases to rebuild, as in: test bimodal")
    parser.add_argument("--fields", type=Path, nargs="+", required=True, help="fields of each of them (.npz)")
    parser.add_argument("--patches", type=int, default=6, help="patches of each field")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads (results depend on it)")
    parser.add_argument("--scores", type=Path, required=True, help="table to write (.parquet)")
    parser.add_argument("--pictures", type=Path, required=True, help="probes and examples to write (.npz)")
    args = parser.parse_args(argv)

    devices.bound_threads(args.threads)
    rows, pictures = [], {}
    with devices.device() as device:
        model, about = trained.described_autoencoder(args.weights, device)
        for case, path in zip(args.cases, args.fields, strict=True):
            split = fields.read(path)
            identity = {"model": args.name, "dataset": about["dataset"], "seed": about["seed"], "case": case}
            watched = rebuilding.seen(model, split, args.patches, device)
            found = list(command.progress(watched, f"rebuilding {case}", len(split)))
            rows += [*rebuilding.rows(identity, found), *reading_losses.rows(identity, split)]
            pictures |= rebuilt_examples.of_case(case, found)
        encoded, _ = latents.read(args.latents)
        most = int(encoded[latents.TEST].means.var(axis=0).argmax())
        pictures |= decoder_probes.drawn(model, most, device)
    table.write(args.scores, STUDY, rows)
    write_arrays(args.pictures, pictures)


if __name__ == "__main__":
    command.run(main)
