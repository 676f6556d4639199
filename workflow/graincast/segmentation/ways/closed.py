"""A ceiling: the truth itself, its necks cut. How far a map of grains contradicts itself where a line has gaps.

A person who traces leaves gaps, and two grains are one. With gaps of some pixels closed they are two: the error of that
map is what a perfect way may be charged with. Where grains are convex and lines whole, next to nothing changes.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from graincast.segmentation.data.known_pictures import GrainPicture, lines
from graincast.segmentation.judging import truth_of
from graincast.segmentation.ways.given import FoundGrains, Way, WayGiven

LABEL = "The truth, gaps of 4 px closed"
REACH = 2.0  # pixels from a line: what is nearer is a gap, or beside the line


def way(_given: WayGiven) -> Way:
    """From the truth."""

    def segmented(picture: GrainPicture) -> FoundGrains:
        return FoundGrains(_parted(truth_of.known(picture).labels))

    return segmented


def _parted(labels: NDArray[np.int32]) -> NDArray[np.int32]:
    """A grain with several pieces away from lines is these pieces, a pixel of the nearest; others stay as they are."""
    away = ndimage.distance_transform_edt(~lines(labels))
    cores, count = ndimage.label(away > REACH)
    owner = np.zeros(count + 1, np.int32)
    owner[cores] = labels  # any pixel of a core: they are all of one grain
    several = np.flatnonzero(np.bincount(owner[1:], minlength=int(labels.max()) + 1) > 1)
    found = labels.astype(np.int32)
    for grain in several.tolist():
        own = labels == grain
        seeds = np.where(own, cores, 0)
        near = ndimage.distance_transform_edt(seeds == 0, return_distances=False, return_indices=True)
        found[own] = int(labels.max()) + seeds[tuple(near)][own]
    return np.unique(found, return_inverse=True)[1].reshape(labels.shape).astype(np.int32)
