"""Compare the solvers with each other: front tracking, and the phase field on ever finer grids."""

from pathlib import Path

from graincast.base import command, table
from graincast.growth.experiment import STUDY
from graincast.material import solver_agreement


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--grains", type=int, required=True, help="of a structure")
    parser.add_argument("--structures", type=int, required=True, help="how many, with the seeds 0, 1, ...")
    parser.add_argument("--reference", type=float, required=True, help="segment of the reference, mean grain sides")
    parser.add_argument(
        "--cells", type=float, nargs="+", required=True, help="of the phase field, to a mean grain side"
    )
    parser.add_argument("--table", type=Path, required=True, help="table to write (.parquet)")
    args = parser.parse_args(argv)

    structures = command.progress(range(args.structures), "comparing solvers", args.structures)
    rows = [row for seed in structures for row in solver_agreement.rows(args.grains, seed, args.reference, args.cells)]
    table.write(args.table, STUDY, rows)


if __name__ == "__main__":
    command.run(main)
