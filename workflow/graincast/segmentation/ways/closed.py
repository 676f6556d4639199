"""A ceiling: the truth itself, its necks cut. How far a map of grains contradicts itself where a line has gaps.

A person who traces leaves gaps, and two grains are one. With gaps of some pixels closed they are two: the error of that
map is what a perfect way may be charged with. Where grains are convex and lines whole, next to nothing changes. What
was traced is the person's own lines; of other pictures lines are where grains meet.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from graincast.material.grains.numbering import consecutive
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
        return FoundGrains(_parted(labels, lines(labels) if picture.traced is None else picture.traced))

    return segmented


def _parted(labels: NDArray[np.int32], line: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Grains of which several pieces are left away from lines, divided among these; all others as they are."""
    away = ndimage.distance_transform_edt(~line)
    found = labels.copy()
    for grain, box in enumerate(ndimage.find_objects(labels + 1)):
        own = labels[box] == grain
        pieces, count = ndimage.label(own & (away[box] > REACH))
        if count > 1:
            whole = relief.flooded(np.where(own, -away[box], 1), pieces)
            found[box][own] = int(found.max()) + 1 + whole[own]
    return consecutive(found)
