"""Pictures that bring a first guess along: the truth, damaged by so much. How far it may be off is a dial."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from graincast.segmentation.data import damage
from graincast.segmentation.data.known_pictures import GrainPicture, lines


def misled(pictures: Sequence[GrainPicture], strengths: Sequence[float]) -> Iterator[GrainPicture]:
    """Each picture at each strength, which is its step."""
    for step, strength in enumerate(strengths):
        for picture in pictures:
            chance = np.random.default_rng([picture.number, step])
            guess = damage.damaged(lines(picture.labels), strength, chance)
            yield replace(picture, guess=guess.astype(np.float32), step=step)
