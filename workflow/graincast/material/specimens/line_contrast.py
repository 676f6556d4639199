"""Whether lines that were found explain a picture: they stand out from the grains on both their sides.

Where two pixels side by side belong to two grains, the line between them is compared with the shades a little inside
either grain. A boundary between a light and a dark grain without a line is between their shades and stands out from
one of them alone; a ridge of noise or of a cloud stands out by no more than a grain's own shades vary over as far.
"""

import math

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from graincast.material.grains import geometry
from graincast.material.specimens.drawn_labels import thickness

OUTSTANDING = 2.0  # times what shades vary by within grains
FEWEST = 10  # places: of fewer nothing is told


def clear_share(image: NDArray[np.float32], threshold: float, labels: NDArray[np.int32]) -> float | None:
    """Share of the boundaries' length on which `image` [rows, columns], 1 on a line, is clearly above both grains."""
    reach = math.ceil(2 * thickness(image > threshold) + 2)  # leads out of a line, from its middle
    smooth = ndimage.uniform_filter(image, 3)
    inside = ndimage.distance_transform_edt(~geometry.boundary_pixels(labels)) > reach
    contrasts, within = [], []
    for shades, grains, deep in ((smooth, labels, inside), (smooth.T, labels.T, inside.T)):
        if len(grains) <= 2 * reach + 1:
            return None
        contrasts.append(_contrasts(shades, grains, reach))
        both = deep[:-reach] & deep[reach:] & (grains[:-reach] == grains[reach:])
        within.append((shades[:-reach] - shades[reach:])[both])
    contrast, varies = np.concatenate(contrasts), np.concatenate(within)
    if min(len(contrast), len(varies)) < FEWEST:
        return None
    return float(np.mean(contrast > OUTSTANDING * np.sqrt(np.mean(varies**2))))


def _contrasts(shades: NDArray[np.float32], grains: NDArray[np.int32], reach: int) -> NDArray[np.float32]:
    """By how much each boundary crossed along the first axis is above the shades `reach` pixels inside its grains."""
    first, last = slice(reach, -reach - 1), slice(reach + 1, -reach)
    before, after = slice(None, -2 * reach - 1), slice(2 * reach + 1, None)
    crossed = grains[first] != grains[last]
    crossed &= (grains[before] == grains[first]) & (grains[after] == grains[last])
    line = np.maximum(shades[first], shades[last])
    return np.asarray((line - np.maximum(shades[before], shades[after]))[crossed])
