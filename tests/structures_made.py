"""A generator that knows the truth: it grows what it is asked for, and has it read as any made one is."""

import math

import numpy as np
import torch

from graincast.generation.contract import Generator
from graincast.material.networks.distances import distance_map
from graincast.material.solvers import front_tracking
from graincast.material.structures import lognormal

DRAWN = 3.0  # times as many grains as are asked for, at first
TIMES = np.linspace(1.6, 3.0, 15)  # mean grain areas as drawn over k


def grown(grains, rng):
    """A network of about so many grains of normal growth."""
    start = lognormal.network(lognormal.Settings(round(DRAWN * grains), 0.3), rng)
    networks = front_tracking.evolve(start, front_tracking.Settings(0.2), TIMES).networks
    return min(networks, key=lambda one: abs(len(one.present) - grains))


def power_diagram(grains, rng):
    """One of a lognormal law with the spread of normal growth."""
    return lognormal.network(lognormal.Settings(round(grains), 0.54), rng)


class Knowing(Generator):
    """Draws square structures, whatever the spread."""

    step = 8

    def __init__(self, network=grown):
        super().__init__()
        self.network = network

    def draw(self, shape, asked, rng):
        return torch.from_numpy(distance_map(self.network(math.prod(shape) / asked.grain_px**2, rng), shape))

    def loss(self, batch, chances):
        raise NotImplementedError

    def redrawn(self, batch):
        raise NotImplementedError
