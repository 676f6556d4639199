"""Seconds and memory of each number of a two-phase volume, on one core.

    OMP_NUM_THREADS=1 .graincast/env/bin/python benchmarks/volume_scores.py [--sides 64 128] [--rounds 3]

The volume is smoothed noise above a threshold (--fraction 0.4). Seconds are computing time, the best of the rounds;
memory is the peak above what was there before, traced in a run of its own. `cg alone` is diffusion without its
multigrid, one round.
"""

import argparse
import functools
import sys
import time
import tracemalloc
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "workflow"))

import numpy as np
from scipy import ndimage

from graincast.scoring import volume_transport, volumes
from graincast.scoring.two_phase import AXES
from graincast.scoring.volume_correlation import two_point_probability
from graincast.scoring.volume_paths import chords_along, lineal_path
from graincast.scoring.volume_surface import anisotropy, specific_surface
from graincast.scoring.volume_topology import euler_characteristic, pieces

REACH = 24


def blobs(side, fraction):
    field = ndimage.gaussian_filter(np.random.default_rng(0).standard_normal((side, side, side)), 2.0)
    return field > np.quantile(field, 1 - fraction)


def cg_alone(volume):
    """Tortuosity along z, with as many iterations as it takes."""
    cycle, most = volume_transport._Multigrid, volume_transport.ITERATIONS
    volume_transport._Multigrid, volume_transport.ITERATIONS = lambda *_: lambda residual: residual, 100_000
    found = volume_transport.tortuosity(volume, 0)
    volume_transport._Multigrid, volume_transport.ITERATIONS = cycle, most
    return found


SCORES = {
    "specific surface": specific_surface,
    "anisotropy": anisotropy,
    "two-point, 3 axes and radial": functools.partial(two_point_probability, reach=REACH),
    "lineal path, 3 axes": lambda volume: [lineal_path(volume, axis, REACH) for axis in AXES.values()],
    "chords, 3 axes": lambda volume: [chords_along(volume, axis) for axis in AXES.values()],
    "Euler characteristic": euler_characteristic,
    "pieces and percolation": lambda volume: [pieces(volume).share_through(axis) for axis in AXES.values()],
    "tortuosity along z": lambda volume: volume_transport.tortuosity(volume, 0),
    "  cg alone": cg_alone,
    "all descriptors": volumes.descriptors,
    "all curves": functools.partial(volumes.curves, reach=REACH),
}


def seconds(score, volume, rounds):
    best = np.inf
    for _ in range(rounds):
        began = time.process_time()
        score(volume)
        best = min(best, time.process_time() - began)
    return best


def mebibytes(score, volume):
    tracemalloc.start()
    score(volume)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sides", type=int, nargs="+", default=[64, 128])
    parser.add_argument("--fraction", type=float, default=0.4)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    for side in args.sides:
        volume = blobs(side, args.fraction)
        print(f"{side}^3, volume fraction {volume.mean():.2f}, reach {REACH}", flush=True)
        volumes.descriptors(volume[:8, :8, :8])  # what is imported at the first call
        for name, score in SCORES.items():
            rounds = args.rounds if name != "  cg alone" else 1
            print(
                f"  {name:30s} {seconds(score, volume, rounds):8.3f} s {mebibytes(score, volume):8.1f} MiB", flush=True
            )


if __name__ == "__main__":
    main()
