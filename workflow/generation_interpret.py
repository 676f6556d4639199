"""Say what the latents of one trained autoencoder mean: components, descriptors, linear reading, detection of shift."""

from pathlib import Path

from graincast.base import command, table
from graincast.base.storage import write_arrays
from graincast.generation.data import latents
from graincast.generation.experiment import STUDY
from graincast.generation.judging import latent_meaning, latent_pictures


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--latents", type=Path, required=True, help="latents of several cases (.npz)")
    parser.add_argument("--name", required=True, help="name of the model, for the table")
    parser.add_argument("--scores", type=Path, required=True, help="table to write (.parquet)")
    parser.add_argument("--pictures", type=Path, required=True, help="arrays of figures to write (.npz)")
    args = parser.parse_args(argv)

    encoded, about = latents.read(args.latents)
    identity = {"model": args.name, "dataset": about["dataset"], "seed": about["seed"]}
    table.write(args.scores, STUDY, list(latent_meaning.rows(identity, encoded)))
    write_arrays(args.pictures, latent_pictures.arrays(encoded))


if __name__ == "__main__":
    command.run(main)
