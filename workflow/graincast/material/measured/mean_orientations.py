"""The mean orientation of each grain of a measured map, and how far its points are from it.

Orientations that a crystal cannot tell apart are brought to those nearest to one point of the grain; the mean is the
quaternion in the direction of their sum, which is the mean turn as long as a grain's points are close together. Only a
grain's core counts (`cleaning.of_orientations`): a mean over the twins or specks that it took in is of no crystal.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graincast.material.measured import orientations
from graincast.material.measured.cleaned import Cleaned
from graincast.material.measured.cleaning import Cores
from graincast.material.measured.orientations import Crystal


@dataclass(frozen=True)
class MeanOrientations:
    quaternions: NDArray[np.float64]  # [grains, 4] scalar first: specimen to crystal
    spread: NDArray[np.float64]  # [grains] mean angle, degrees, of a grain's points from its mean


def of_grains(found: Cleaned, cores: Cores) -> MeanOrientations:
    """Of the points of each grain's core."""
    of_phase = found.phase[found.labels]
    means, spread = np.zeros((found.grains, 4)), np.zeros(found.grains)
    means[:, 0] = 1
    for number in np.unique(found.phase).tolist():
        here = cores.inside & (of_phase == number)
        crystal = orientations.crystal(found.phases[number].point_group)
        _fill(means, spread, found.labels[here], cores.turned[here].astype(np.float64), crystal)
    return MeanOrientations(means, spread)


def _fill(
    means: NDArray[np.float64], spread: NDArray[np.float64], grain: NDArray, turned: NDArray, crystal: Crystal
) -> None:
    """Write mean and spread of the grains of one phase, from their points [n] and orientations [n, 4]."""
    grains, first, place = np.unique(grain, return_index=True, return_inverse=True)
    mean = turned[first]
    for _ in range(2):  # the second time nearest to the mean, and no more to one point
        near = _nearest(turned, mean[place], crystal)
        sums = np.stack([np.bincount(place, near[:, axis], len(grains)) for axis in range(4)], axis=1)
        mean = sums / np.linalg.norm(sums, axis=1, keepdims=True)
    means[grains] = mean
    degrees = orientations.misorientations(means[grains][place], turned, crystal)
    spread[grains] = np.bincount(place, degrees, len(grains)) / np.bincount(place, minlength=len(grains))


def _nearest(turned: NDArray, reference: NDArray, crystal: Crystal) -> NDArray[np.float64]:
    """Of the orientations that the crystal cannot tell from `turned` [n, 4] those nearest to `reference` [n, 4]."""
    best, closeness = turned.copy(), np.full(len(turned), -1.0)
    for alike in crystal.rotations:
        same = _product(alike, turned)
        cosine = np.sum(same * reference, axis=1)
        nearer = np.abs(cosine) > closeness
        best[nearer] = same[nearer] * np.sign(cosine[nearer])[:, None]
        closeness[nearer] = np.abs(cosine[nearer])
    return best


def _product(left: NDArray, right: NDArray) -> NDArray[np.float64]:
    """The turn `right` [n, 4] followed by `left` [4]."""
    scalar = left[0] * right[:, :1] - right[:, 1:] @ left[1:, None]
    vector = left[0] * right[:, 1:] + right[:, :1] * left[1:] + np.cross(left[1:], right[:, 1:])
    return np.concatenate([scalar, vector], axis=1)
