"""Does front tracking ever give out a broken network? Many simulations, all three kinds of start, every output checked.

At every output: no flaw (areas, order of arms, crossings), Euler's sum, no grain that came back, boundary length that
fell, and the area of every grain from its polygons against the pixels of its label map.
"""

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "workflow"))

import numpy as np

from graincast.material.fronts.checked_march import equal_pairs, evolve
from graincast.material.networks import integrity, measures, rendering
from graincast.material.networks.evolution import Unsound
from graincast.material.structures import abnormal, bimodal, lognormal

STEP = 0.15  # between outputs, mean grain areas of the start over k
PIXELS_PER_GRAIN = 12
ALL_DISCS = 500  # grains from which on none meets itself around the box, which changes Euler's sum


def start(kind, grains, rng):
    if kind == 0:
        return lognormal.network(lognormal.Settings(grains, 0.35), rng)
    if kind == 1:
        return bimodal.network(bimodal.Settings(grains, 0.12, 3.0, 0.15), rng)
    return abnormal.network(abnormal.Settings(grains, 8.0, 0.2), rng)


def areas_disagree(network):
    """Whether a grain's polygon and its pixels differ by more than a pixel all along its boundary."""
    pixel = 1 / PIXELS_PER_GRAIN
    shape = tuple(round(side / pixel) for side in network.box[::-1])
    labels = rendering.label_map(network, shape)
    pixels = np.bincount(labels.ravel(), minlength=network.grain_count) * np.prod(network.box) / labels.size
    perimeter = np.zeros(network.grain_count)
    length = measures.lengths(network)
    for side in (0, 1):
        np.add.at(perimeter, network.grains[:, side], length)
    return bool(np.any(np.abs(pixels - measures.areas(network)) > pixel * perimeter + pixel**2))


def one(task):
    seed, grains, share, segment = task
    network = start(seed % 3, grains, np.random.default_rng([99, seed]))
    fewest, repairs, bad, began = share * grains, 0, "", time.process_time()
    length = measures.lengths(network).sum()
    while len(network.present) > fewest and not bad:
        try:
            evolution = evolve(network, np.array([STEP]), segment, equal_pairs(network))
        except Unsound as error:
            return seed, repairs, f"unsound: {error}", time.process_time() - began
        later = evolution.networks[0]
        repairs += evolution.repairs
        bad = integrity.flaw(later) or ""
        bad = bad or ("areas disagree with pixels" if areas_disagree(later) else "")
        bad = bad or ("a grain came back" if not set(later.present) <= set(network.present) else "")
        bad = bad or ("Euler" if measures.euler_characteristic(later) != 0 and grains >= ALL_DISCS else "")
        length, before = measures.lengths(later).sum(), length
        bad = bad or ("boundaries grew" if length > before else "")
        network = later
    return seed, repairs, bad, time.process_time() - began


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--simulations", type=int, default=60)
    parser.add_argument("--first", type=int, default=0, help="number of the first one, which is its seed")
    parser.add_argument("--grains", type=int, default=1000)
    parser.add_argument("--left", type=float, default=0.3, help="share of grains at which a simulation ends")
    parser.add_argument("--segment", type=float, default=0.15)
    parser.add_argument("--processes", type=int, default=1)
    args = parser.parse_args()
    seeds = range(args.first, args.first + args.simulations)
    repaired = broken = parts = 0
    seconds = 0.0
    with ProcessPoolExecutor(args.processes) as pool:
        for seed, repairs, bad, cpu in pool.map(one, [(s, args.grains, args.left, args.segment) for s in seeds]):
            repaired, parts, seconds = repaired + (repairs > 0), parts + repairs, seconds + cpu
            if bad:
                broken += 1
                print(f"simulation {seed}: {bad}", flush=True)
    print(
        f"{args.simulations} simulations of {args.grains} grains to {args.left:.0%} at segment {args.segment}: "
        f"{repaired} needed a repair ({parts} in all), {broken} were given up or broken, {seconds:.0f} s of CPU"
    )
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
