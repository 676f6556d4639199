"""How good can each floor of segmentation be? Its one constant is turned on validation pictures, never on test ones.

    python benchmarks/segmentation_floors.py results/segmentation/data/concepts --pictures 8

What is best stands in the file of each way; rerun after a change of edges, shapes or concepts.
"""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT / "workflow"))

from graincast.base import command
from graincast.scoring import maps
from graincast.segmentation.data import known_pictures
from graincast.segmentation.data.known_pictures import GrainPicture
from graincast.segmentation.ways.given import WayGiven

TURNED = {  # the constant of each way, and what it takes
    "canny": ("TIMES", (0.5, 0.7, 1.0, 1.4, 2.0)),
    "ridges": ("SHARE", (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0)),
    "vote": ("SHARE", (0.4, 0.5, 0.6, 0.7, 0.8, 1.0, 1.2)),
    "sobel": ("DEEP", (0.2, 0.4, 0.6, 0.8, 1.0, 1.4)),
    "darkness": ("DEEP", (0.02, 0.03, 0.06, 0.1, 0.15)),
    "forest": ("THRESHOLD", (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.45)),
}


def main() -> None:
    parser = command.arguments(__doc__)
    parser.add_argument("data", type=Path, help="folder of train.npz and validation.npz")
    parser.add_argument("--pictures", type=int, default=8, help="of the validation split")
    parser.add_argument("--ways", nargs="+", choices=TURNED, default=list(TURNED), help="all if left out")
    args = parser.parse_args()
    given = WayGiven(args.data / "train.npz", {}, torch.device("cpu"))
    pictures = known_pictures.some(args.data / "validation.npz")[: args.pictures]
    for way in args.ways:
        said = [f"{value:g} {rand:.3f} {count:+.0%}" for value, rand, count in turned(way, given, pictures)]
        print(f"{way} {TURNED[way][0]}: adapted Rand error and count at {'; '.join(said)}", flush=True)


def turned(way: str, given: WayGiven, pictures: list[GrainPicture]) -> Iterator[tuple[float, float, float]]:
    """Each value of its constant with the mean adapted Rand error and the mean bias of the count."""
    module = importlib.import_module(f"graincast.segmentation.ways.{way}")
    walk = module.way(given)  # a forest learns once
    constant, values = TURNED[way]
    usual = getattr(module, constant)
    for value in values:
        setattr(module, constant, value)
        found = [walk(picture).labels for picture in pictures]
        rand = [maps.partition(one, picture.labels).rand_error for one, picture in zip(found, pictures, strict=True)]
        count = [one.max() / picture.labels.max() - 1 for one, picture in zip(found, pictures, strict=True)]
        yield value, float(np.mean(rand)), float(np.mean(count))
    setattr(module, constant, usual)


if __name__ == "__main__":
    command.run(main)
