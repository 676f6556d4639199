"""How fast the front tracker is, on one core: warm kernels, best of some rounds, CPU seconds.

    .graincast/env/bin/python benchmarks/front_tracking.py [--large]

The start is a lognormal structure (spread 0.35); its making is timed apart. A simulation includes its integrity checks.
--large adds 60,000 grains to 10 % and the cost per grain up to 100,000 grains (minutes). --sequences N times N training
sequences of 13 frames at 128 x 128 pixels, from drawing the structures to written images, on two processes.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WORKFLOW = Path(__file__).parents[1] / "workflow"
sys.path.insert(0, str(WORKFLOW))

import numpy as np

from graincast.material.fronts.checked_march import equal_pairs, evolve
from graincast.material.structures import lognormal

SEGMENT = 0.15
SEQUENCES = """
structure: {{law: lognormal, grains: 240, spread: 0.35}}
solver: {{name: front_tracking, segment: 0.15}}
units: {{name: mean_grain}}
equilibration: 0.3
frames: {{count: 13, interval: 0.08, pixels: 128, line_width: 1.0}}
simulations: {{train: {count}, validation: 0, test: 0, per_shard: {half}}}
seed: 11
"""


def shrink(network, share):
    """CPU seconds until `share` of the grains are left, and the share reached."""
    began, step = time.process_time(), 0.05
    fewest = share * len(network.present)
    while len(network.present) > fewest:
        mean_area = np.prod(network.box) / len(network.present)
        network = evolve(network, np.array([step * mean_area]), SEGMENT, equal_pairs(network)).networks[0]
    return time.process_time() - began


def report(grains, share, rounds):
    """One line: seconds for a simulation, its start, and microseconds a grain of the start."""
    best, drawn = np.inf, np.inf
    for seed in range(rounds):
        began = time.process_time()
        network = lognormal.network(lognormal.Settings(grains, 0.35), np.random.default_rng(seed))
        drawn = min(drawn, time.process_time() - began)
        best = min(best, shrink(network, share))
    each = f"{best / grains * 1e6:6.1f} us a grain"
    print(f"{grains:7d} grains to {share:.0%}: {best:7.3f} s   {each}   start {drawn:.3f} s", flush=True)


def sequences(count):
    """Wall seconds for so many training sequences through the pipeline's own scripts, two at a time."""
    with tempfile.TemporaryDirectory() as folder:
        dataset = Path(folder, "sequences.yaml")
        dataset.write_text(SEQUENCES.format(count=count, half=-(-count // 2)))
        shards = [Path(folder, f"{shard}.npz") for shard in (0, 1)]
        began = time.perf_counter()
        jobs = [
            subprocess.Popen(
                [
                    sys.executable,
                    WORKFLOW / "simulate.py",
                    "--dataset",
                    dataset,
                    "--shard",
                    str(shard),
                    "--output",
                    path,
                ],
                stderr=subprocess.DEVNULL,
            )
            for shard, path in enumerate(shards)
        ]
        if any(job.wait() for job in jobs):
            sys.exit("a simulation failed")
        simulated = time.perf_counter() - began
        prepare = [sys.executable, WORKFLOW / "prepare.py", "--dataset", dataset, "--trajectories", *shards]
        prepare += ["--output", folder, "--table", Path(folder, "t.parquet"), "--growth", Path(folder, "g.npz")]
        subprocess.run([*prepare, "--processes", "2"], check=True, stderr=subprocess.DEVNULL)
        seconds = time.perf_counter() - began
        size = sum(path.stat().st_size for path in shards) / count / 1024
        print(f"{count} sequences of 13 frames at 128 x 128: {seconds:.1f} s", end=" ")
        print(f"({simulated:.1f} s to trajectories of {size:.0f} KiB each)")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sequences", type=int, default=0)
    args = parser.parse_args()
    shrink(lognormal.network(lognormal.Settings(200, 0.35), np.random.default_rng(0)), 0.5)
    report(1000, 0.3, args.rounds)
    report(10_000, 0.3, 2)
    if args.large:
        report(60_000, 0.3, 1)
        report(60_000, 0.1, 1)
        report(100_000, 0.3, 1)
    if args.sequences:
        sequences(args.sequences)


if __name__ == "__main__":
    main()
