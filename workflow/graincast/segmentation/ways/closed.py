"""A ceiling: the truth itself, its necks cut. How far a map of grains contradicts itself where a line has gaps.

A person who traces leaves gaps, and two grains are one. With gaps of some pixels closed they are two: the error of that
map is what a perfect way may be charged with. Where grains are convex and lines whole, next to nothing changes.
"""

import numpy as np
from scipy import ndimage

from graincast.segmentation.data.known_pictures import GrainPicture, lines
from graincast.segmentation.grouping import relief
from graincast.segmentation.judging import truth_of
from graincast.segmentation.ways.given import FoundGrains, Way, WayGiven

LABEL = "The truth, gaps of 4 px closed"
REACH = 2.0  # pixels from a line: what is nearer is a gap, or beside the line


def way(_given: WayGiven) -> Way:
    """From the truth."""

    def segmented(picture: GrainPicture) -> FoundGrains:
        labels = truth_of.known(picture).labels
        away = ndimage.distance_transform_edt(~lines(labels))
        cores = _cores(away, labels)
        return FoundGrains(relief.flooded(-away, cores))

    return segmented


def _cores(away: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """What is left of grains away from lines, numbered from 1; a grain of which nothing is left is its own core."""
    cores, count = ndimage.label(away > REACH)
    thin = np.setdiff1d(np.unique(labels), np.unique(labels[cores > 0]))
    number = np.zeros(int(labels.max()) + 1, np.int32)
    number[thin] = count + 1 + np.arange(len(thin))
    return np.asarray(np.where(cores > 0, cores, number[labels]), np.int32)
