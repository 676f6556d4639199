"""What is known of a picture's grains: which border on which, and how strong the boundaries between them are.

The contrast of a boundary is the difference of the mean greys of its two grains, without noise. Weak are those below
`WEAK`: one standard deviation of the largest noise that is trained on.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from graincast.material.grains.bordering import touching_pairs
from graincast.material.grains.numbering import consecutive
from graincast.segmentation.data.known_pictures import UNKNOWN, GrainPicture, luminance

WEAK = 0.1


@dataclass(frozen=True)
class KnownGrains:
    labels: NDArray[np.int32]  # [rows, columns] grains from 0, all of them known
    scored: NDArray[np.bool_]  # [rows, columns] where they are
    pairs: NDArray[np.int64]  # [pairs, 2] that border on each other
    contrast: NDArray[np.float64]  # [pairs]

    @property
    def weak(self) -> NDArray[np.bool_]:
        return self.contrast < WEAK


def known(picture: GrainPicture) -> KnownGrains:
    """Of a picture; where nobody knows its grains, each pixel goes to the nearest that is known."""
    scored = picture.labels != UNKNOWN
    labels = consecutive(filled(picture.labels, scored))
    grey = luminance(picture.grey)
    size = np.bincount(labels.ravel())
    level = np.bincount(labels.ravel(), grey.ravel()) / size
    pairs = touching_pairs(labels)
    return KnownGrains(labels, scored, pairs, np.abs(level[pairs[:, 0]] - level[pairs[:, 1]]))


def filled(labels: NDArray[np.int32], scored: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Labels [rows, columns]; where nothing is scored, those of the nearest pixels that are."""
    if scored.all():
        return labels
    nearest = ndimage.distance_transform_edt(~scored, return_distances=False, return_indices=True)
    return np.asarray(labels[tuple(nearest)])
