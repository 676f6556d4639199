"""Draw a cloud of points to learn from and one to be judged by."""

from pathlib import Path

import numpy as np

from graincast.base import command
from graincast.base.storage import write_arrays


def main(argv=None):
    parser = command.arguments(__doc__)
    parser.add_argument("--points", type=int, required=True, help="of each cloud")
    parser.add_argument("--train", type=Path, required=True, help="cloud to write (.npz)")
    parser.add_argument("--validation", type=Path, required=True, help="cloud to write (.npz)")
    args = parser.parse_args(argv)

    for seed, path in enumerate((args.train, args.validation)):
        write_arrays(path, {"points": np.random.default_rng(seed).random((args.points, 2)).astype(np.float32)})


if __name__ == "__main__":
    command.run(main)
