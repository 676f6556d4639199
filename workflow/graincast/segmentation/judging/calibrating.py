"""How sure a partitioner is: what it says of two pieces that touch, against whether a true boundary is between them."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graincast.scoring import instances, platt
from graincast.segmentation import tiling
from graincast.segmentation.contract import Partitioner
from graincast.segmentation.data.known_pictures import GrainPicture
from graincast.segmentation.grouping import partition
from graincast.segmentation.judging import truth_of
from graincast.segmentation.segmenter import Knowledge

DOUBTFUL = (0.2, 0.8)  # chances of a boundary between which it is doubtful


@dataclass(frozen=True)
class Contacts:
    """Pairs of pieces that touch."""

    chance: NDArray[np.float64]  # [pairs] of a boundary, as it is said
    real: NDArray[np.bool_]  # [pairs] whether there is one
    length: NDArray[np.int64]  # [pairs] pixel sides


def contacts(model: Partitioner, pictures: Iterable[GrainPicture]) -> list[Contacts]:
    """Of each picture."""
    found = []
    for picture in pictures:
        together = tiling.together(model, picture.seen())
        pieces = partition.pieces(together, model.offsets)
        truth = instances.mostly(truth_of.known(picture).labels, pieces.labels)
        one, other = truth[pieces.between.pieces.T]
        found.append(Contacts(1 - pieces.between.mean, one != other, pieces.between.contact))
    return found


def knowledge(found: Sequence[Contacts], learned_from: Sequence[GrainPicture], zoom: float) -> Knowledge:
    """What a segmenter knows, of contacts in pictures that it did not learn from, and of those that it did."""
    every = [np.concatenate([getattr(one, name) for one in found]) for name in ("chance", "real")]
    line = platt.fitted(every[0], every[1])
    sides = [math.sqrt(picture.labels.size / (int(picture.labels.max()) + 1)) for picture in learned_from]
    doubts = [doubtful_share(platt.calibrated(one.chance, line), one.length) for one in found]
    return Knowledge(line, (min(sides), max(sides) * zoom), max(doubts))


def doubtful_share(chance: NDArray[np.float64], length: NDArray[np.int64]) -> float:
    """Share of the boundary, as long as it is likely to be, that is doubtful."""
    likely = chance * length
    doubtful = (chance > DOUBTFUL[0]) & (chance < DOUBTFUL[1])
    return float(likely[doubtful].sum() / max(float(likely.sum()), 1e-9))
