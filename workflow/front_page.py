"""Write the front page: what each study that ran has found, in a sentence and a picture, and a link to its page."""

from pathlib import Path

from graincast.base import command
from graincast.report import overview


def main(argv: list[str] | None = None) -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("--fronts", type=Path, nargs="+", required=True, help="entries of the studies (front.json)")
    parser.add_argument("--page", type=Path, required=True, help="page to write (.html)")
    args = parser.parse_args(argv)

    overview.write_page(args.page, args.fronts)


if __name__ == "__main__":
    command.run(main)
