"""Scores of predicted grain maps against the truth: where boundaries lie, and which pixels belong together.

Boundary F1: precision is the share of predicted boundary pixels within a distance of a true one, recall the reverse
(Martin et al., IEEE PAMI 26, 530, 2004), with distances across the periodic edges. A boundary is two pixels wide, so
one that is off by the distance and one pixel more still counts half.
Adapted Rand error: 1 less the F-score of "these two pixels are of one grain" over all pairs of two pixels (Arganda-
Carreras et al., Front. Neuroanat. 9, 142, 2015). Variation of information in bits (Meila, J. Multivar. Anal. 98, 873,
2007): its split part H(predicted | true) grows where a true grain is cut up, its merge part H(true | predicted) where
several are taken as one. No grain is background, and the grains' numbers do not matter.
Where only a part of the box is scored, its pixels alone are counted; a boundary may match one beyond it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graincast.material.grains.geometry import Contingency, boundary_pixels, contingency, within
from graincast.scoring.images import Scored


@dataclass(frozen=True)
class Partition:
    """How two maps divide the box differently."""

    rand_error: float
    split: float  # bits
    merge: float  # bits

    @property
    def variation_of_information(self) -> float:
        return self.split + self.merge


def boundary_f1(
    predicted: NDArray[np.integer], truth: NDArray[np.integer], reach: float, scored: Scored = None
) -> NDArray[np.float64]:
    """F1 [...] of the boundaries of grain maps [..., H, W], matched within `reach` pixels."""
    return line_f1(boundary_pixels(predicted), boundary_pixels(truth), reach, scored)


def line_f1(
    predicted: NDArray[np.bool_], truth: NDArray[np.bool_], reach: float, scored: Scored = None
) -> NDArray[np.float64]:
    """F1 [...] of lines drawn in masks [..., H, W]: 1 where neither has any, 0 where one of them has none."""
    counted = np.True_ if scored is None else scored
    precision = _share(predicted & counted, within(truth, reach))
    recall = _share(truth & counted, within(predicted, reach))
    return np.asarray(2 * precision * recall / np.maximum(precision + recall, np.finfo(float).tiny))


def _share(marked: NDArray[np.bool_], near: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Share of marked pixels that are near; 1 of none, and the other share is then 0 or of none too."""
    count = marked.sum(axis=(-2, -1))
    met = (marked & near).sum(axis=(-2, -1))
    return np.where(count > 0, met / np.maximum(count, 1), 1.0)


def partition(predicted: NDArray[np.integer], truth: NDArray[np.integer], scored: Scored = None) -> Partition:
    """Rand error and variation of information of two maps [H, W]."""
    table = contingency(predicted, truth) if scored is None else contingency(predicted[scored], truth[scored])
    sizes = [np.bincount(labels, table.pixels).astype(np.int64) for labels in (table.one, table.other)]
    joint = _entropy(table.pixels)
    return Partition(
        rand_error=_rand_error(table, *sizes),
        split=max(0.0, joint - _entropy(sizes[1])),
        merge=max(0.0, joint - _entropy(sizes[0])),
    )


def _rand_error(table: Contingency, predicted: NDArray[np.int64], truth: NDArray[np.int64]) -> float:
    together, in_predicted, in_truth = (np.sum(pixels * (pixels - 1)) for pixels in (table.pixels, predicted, truth))
    pairs = in_predicted + in_truth
    return float(1 - 2 * together / pairs) if pairs else 0.0  # no two pixels are together in either


def _entropy(pixels: NDArray[np.int64]) -> float:
    """Entropy in bits of a division into parts of so many pixels."""
    share = pixels[pixels > 0] / pixels.sum()
    return float(-np.sum(share * np.log2(share)))
