"""How fast the multi-phase-field solver is: cell updates a second on one core, and what a grain costs.

    .graincast/env/bin/python benchmarks/phase_field.py                          512^2 cells, 500 grains
    .graincast/env/bin/python benchmarks/phase_field.py --volume                 128^3 cells, 1,000 grains
    .graincast/env/bin/python benchmarks/phase_field.py --cells 1024 --grains 2000 --width 5

An update is one cell where phases meet, or beside such a cell, in one time step; cells inside grains do not count.
"""

import argparse
import resource
import sys
import time
from pathlib import Path

import numpy as np
from scipy.spatial import cKDTree

sys.path.insert(0, str(Path(__file__).parent.parent / "workflow"))

from graincast.material.phases.field import Field


def voronoi(shape: tuple[int, ...], grains: int, seed: int) -> np.ndarray:
    """Labels of the nearest of random points, periodic."""
    points = np.random.default_rng(seed).random((grains, len(shape))) * shape
    cells = np.stack(np.indices(shape), axis=-1).reshape(-1, len(shape)) + 0.5
    return cKDTree(points, boxsize=shape).query(cells)[1].reshape(shape).astype(np.int32)


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--volume", action="store_true", help="three dimensions")
    parser.add_argument("--cells", type=int, help="along each axis [512; 128 with --volume]")
    parser.add_argument("--grains", type=int, help="at the start [500; 1000 with --volume]")
    parser.add_argument("--width", type=float, default=6.0, help="of a boundary, in cells")
    parser.add_argument("--duration", type=float, default=10.0, help="of one repeat, in cells^2 / k")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def main() -> None:
    asked = options()
    cells, grains, axes = (128, 1000, 3) if asked.volume else (512, 500, 2)
    shape, grains = (asked.cells or cells,) * axes, asked.grains or grains
    field = Field.from_labels(voronoi(shape, grains, asked.seed), asked.width)
    field.advance(asked.width**2 / 8)  # compiles, and makes the boundaries smooth
    rates = []
    for _ in range(asked.repeats):
        updates, began = field.updates, time.perf_counter()
        field.advance(asked.duration)
        seconds = time.perf_counter() - began
        rates.append((field.updates - updates) / seconds)
        volumes = field.volumes(grains)
        print(f"{seconds:7.2f} s  {rates[-1] / 1e6:5.1f} M updates/s  {np.sum(volumes > 0)} grains", flush=True)
    grid = " x ".join(str(n) for n in shape)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{grid} cells, {grains} grains, width {asked.width:g}: best {max(rates) / 1e6:.1f} M updates/s", end="")
    print(f"; volume lost {1 - volumes.sum() / np.prod(shape):.1e}; {memory:.0f} MB at most")


if __name__ == "__main__":
    main()
