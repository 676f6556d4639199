"""The published way: the first network's guess, mended pass after pass by the second.

It stops where a pass flips fewer than one pixel in a thousand, or at `MOST` passes, a sign of failure (the publication
finds 7 to 28 typical, and does not say when it stops).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graincast.segmentation.data.known_pictures import GrainPicture
from graincast.segmentation.grouping import lines
from graincast.segmentation.ways.given import FoundGrains, Way, WayGiven

LABEL = "Net1, mended by Net2"
NEEDS = "guesser, repairer"
MENDS = "a first guess"
THRESHOLD = 0.5
STILL = 0.001  # share of the pixels that flip in a pass which is the last
MOST = 40  # passes
KEPT = (0, 1, 2, 4, 8, 16, 32)  # passes that are shown


def way(given: WayGiven) -> Way:
    """From a trained guesser and a trained repairer."""
    mended = mending(given)

    def segmented(picture: GrainPicture) -> FoundGrains:
        found = mended(picture)
        return FoundGrains(lines.grains(found.line), found.line, found.chance, found.passes, found.stages)

    return segmented


@dataclass(frozen=True)
class Mended:
    """A picture of boundaries after its last pass."""

    chance: NDArray[np.float32]  # [rows, columns]
    line: NDArray[np.bool_]
    passes: int
    stages: Mapping[str, NDArray[np.bool_]]  # some passes on the way


def mending(given: WayGiven) -> Callable[[GrainPicture], Mended]:
    """The repair of pictures, without grains."""
    guesser, repairer = given.guesser(), given.repairer()

    def mended(picture: GrainPicture) -> Mended:
        chance = given.guessed(guesser, picture)
        line = chance > THRESHOLD
        stages = {"pass 0": line}
        for passed in range(1, MOST + 1):
            chance = given.asked(repairer, picture, line.astype(np.float32))[0]
            before, line = line, chance > THRESHOLD
            if passed in KEPT:
                stages[f"pass {passed}"] = line
            if np.mean(before != line) < STILL:
                break
        return Mended(chance, line, passed, stages)

    return mended
