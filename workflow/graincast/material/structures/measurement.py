"""What a measurement does to a map of grains: pixels, jagged boundaries, wrong labels. In pixels of the measured map.

Each pixel shows the grain at a place that is displaced from its middle by a random field of given standard deviation
(in x and in y) and correlation length. Some pixels are misindexed: they show any other grain, pixels at a boundary
`AT_BOUNDARY` times as often as those within a grain.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from graincast.material.grains.geometry import boundary_pixels
from graincast.material.networks.network import Network
from graincast.material.networks.rendering import label_map

FINER = 5  # places to the side of a pixel; odd, so that one is its middle
AT_BOUNDARY = 4.0


def displacements(
    shape: tuple[int, int], roughness: float, correlation: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Periodic Gaussian fields [2, H, W], y and x, whose correlation falls to exp(-1/2) within `correlation`."""
    noise = rng.standard_normal((2, *shape))
    smooth = gaussian_filter(noise, correlation / np.sqrt(2), mode="wrap", axes=(1, 2))
    return np.asarray(roughness * smooth / smooth.std())


def seen(network: Network, displaced: NDArray[np.float64]) -> NDArray[np.int32]:
    """The grain that each pixel shows [side, side] where it looks by `displaced` [2, side, side] beside its middle."""
    side = displaced.shape[-1]
    fine = label_map(network, (FINER * side, FINER * side))
    middle = FINER * np.indices((side, side)) + FINER // 2
    row, column = (middle + np.rint(FINER * displaced).astype(np.int64)) % (FINER * side)
    return np.asarray(fine[row, column])


def misindexed(labels: NDArray[np.int32], share: float, rng: np.random.Generator) -> NDArray[np.int32]:
    """A map in which a share of the pixels shows another grain of the map, each with the same chance."""
    weight = np.where(boundary_pixels(labels), AT_BOUNDARY, 1.0)
    wrong = rng.random(labels.shape) < share * weight / weight.mean()
    grains = np.unique(labels)
    others = rng.integers(1, max(len(grains), 2), labels.shape)
    shown = grains[(np.searchsorted(grains, labels) + others) % len(grains)]
    return np.where(wrong, shown, labels).astype(np.int32)
