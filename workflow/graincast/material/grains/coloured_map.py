"""A grain map as a picture: neighbours in different colours, boundaries dark; small maps enlarged, large thinned."""

import math

import numpy as np
from numpy.typing import NDArray

from graincast.material.grains import colouring

COLOURS = 7  # enough that no neighbours share one
LONGEST_COLOURED = 512  # pixels of the map that is looked at for who is near
BOUNDARY = (60, 60, 60)


def palette(labels: NDArray[np.integer], count: int) -> NDArray[np.uint8]:
    """A colour [count, 3] for each grain of a map [rows, columns], another one than its neighbours'.

    Grains that are not in the map have one too.
    """
    step = math.ceil(max(labels.shape) / LONGEST_COLOURED)
    chosen = colouring.colours(labels[::step, ::step].astype(np.int32), COLOURS, np.random.default_rng(0))
    of_label = np.arange(count) % COLOURS
    of_label[: len(chosen)] = chosen
    turns = 2 * np.pi * (np.arange(COLOURS)[:, None] / COLOURS + np.array([0, 1 / 3, 2 / 3]))
    light = 205 + 18 * (np.arange(COLOURS)[:, None] % 2)
    colours: NDArray[np.uint8] = np.round(np.clip(light + 42 * np.cos(turns), 0, 255)).astype(np.uint8)
    return colours[of_label]


def picture(labels: NDArray[np.integer], colours: NDArray[np.uint8], longest: int) -> NDArray[np.uint8]:
    """The map as a picture [H, W, 3] whose longer side has about as many pixels as asked for."""
    step = max(1, round(max(labels.shape) / longest))
    factor = max(1, longest // max(labels.shape))
    large = labels[::step, ::step].repeat(factor, axis=0).repeat(factor, axis=1)
    drawn: NDArray[np.uint8] = colours[large]
    for one, other in ((np.s_[1:], np.s_[:-1]), (np.s_[:, 1:], np.s_[:, :-1])):
        drawn[other][large[one] != large[other]] = BOUNDARY
    return drawn
