"""A micrograph to grains, with a chance for every boundary, and what that leaves open of the grain size.

Boundaries are taken as real or not independently of each other, each with its calibrated chance p and its length s. The
length of all then has the variance sum of s^2 p (1 - p), and with it the mean intercept, pi / 2 times area over length,
and ASTM G, which is 6.64 times the decimal logarithm of the length.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graincast.material.microstructure import Microstructure
from graincast.scoring import platt
from graincast.segmentation import tiling
from graincast.segmentation.grouping import partition
from graincast.segmentation.grouping.linkage import Touching
from graincast.segmentation.judging.calibrating import doubtful_share
from graincast.segmentation.segmenter import Knowledge, Segmenter
from graincast.segmentation.segmenting.micrograph import Micrograph

G_OF_LENGTH = 6.643856 / math.log(10)  # change of G with ln of the length of boundary
LEVEL = 1.96  # standard deviations of a 95 % interval
DOUBTED = 1.5  # times the doubt of pictures that were learned from: more is told


@dataclass(frozen=True)
class Segmented:
    structure: Microstructure
    chance: NDArray[np.float32]  # [rows, columns] of a boundary
    certainty: NDArray[np.float64]  # [grains] mean chance of its boundaries, by their length; 1 of a grain without any
    g_half_width: float  # of the 95 % interval of ASTM G, by doubt of boundaries alone
    doubted: bool  # as a whole: much more doubtful than pictures that were learned from
    warnings: tuple[str, ...]


def segmented(micrograph: Micrograph, segmenter: Segmenter, views: int) -> Segmented:
    """Its grains, seen in so many views."""
    model, knows = segmenter.model, segmenter.knows
    together = tiling.together(model, micrograph.seen, views)
    pieces = partition.pieces(together, model.offsets)
    doubt = _chances(pieces.between, knows)
    share = doubtful_share(doubt, pieces.between.contact)
    found = partition.settled(partition.grouped(pieces, even(knows)), together, model.offsets)
    grains = int(found.labels.max()) + 1
    structure = Microstructure(found.labels, micrograph.step)
    return Segmented(
        structure,
        found.chance.astype(np.float32),
        certainties(found.between, _chances(found.between, knows), grains),
        half_width(doubt, pieces.between.contact),
        doubted(share, knows),
        warnings(structure, share, knows),
    )


def even(knows: Knowledge) -> float:
    """What is said of two pieces that are as likely one grain as two."""
    slope, shift = knows.line
    return 1 / (1 + math.exp(-shift / slope))


def _chances(between: Touching, knows: Knowledge) -> NDArray[np.float64]:
    """Of a boundary between each two that touch."""
    return platt.calibrated(1 - between.mean, knows.line)


def half_width(chance: NDArray[np.float64], length: NDArray[np.int64]) -> float:
    """Of the 95 % interval of G."""
    expected = float(np.sum(chance * length))
    deviation = math.sqrt(float(np.sum(length.astype(float) ** 2 * chance * (1 - chance))))
    return LEVEL * G_OF_LENGTH * deviation / expected if expected else 0.0


def certainties(between: Touching, chance: NDArray[np.float64], grains: int) -> NDArray[np.float64]:
    """Mean chance of the boundaries of each grain [grains], by their length."""
    weight, total = np.zeros(grains), np.zeros(grains)
    for side in (0, 1):
        np.add.at(weight, between.pieces[:, side], between.contact)
        np.add.at(total, between.pieces[:, side], between.contact * chance)
    return np.where(weight > 0, total / np.maximum(weight, 1), 1.0)


def doubted(doubt: float, knows: Knowledge) -> bool:
    """Whether a share of doubtful boundaries is much more than pictures that were learned from have."""
    return doubt > DOUBTED * knows.doubt


def warnings(structure: Microstructure, doubt: float, knows: Knowledge) -> tuple[str, ...]:
    """Why it is not to be trusted, a sentence each."""
    side = math.sqrt(structure.labels.size / structure.grains)
    low, high = knows.grain_px
    found = []
    if doubted(doubt, knows):
        found.append(
            f"WARNING: {doubt:.0%} of its boundaries are doubtful, where {knows.doubt:.0%} at most were in pictures "
            "like those that were learned from: look at overlay.png before you trust a number"
        )
    if not low / 2 <= side <= high * 2:
        cure = "reduce the picture" if side > high else "take a higher magnification"
        found.append(
            f"WARNING: the mean grain has {side:.0f} pixels a side, where {low:.0f} to {high:.0f} were learned from: "
            f"{cure}"
        )
    if structure.grains < 50:
        found.append(f"WARNING: {structure.grains} grains are too few for a grain size: take a larger field")
    return tuple(found)
