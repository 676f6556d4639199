"""Fields at the one size of the mean grain at which generators work: all maps of fields are read there."""

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from graincast.generation import reading
from graincast.generation.data.conditions import TYPICAL_PX
from graincast.generation.data.drawn import DrawnMap
from graincast.generation.data.fields import StructureField
from graincast.material.networks.distances import distance_map
from graincast.material.networks.network import Network

if TYPE_CHECKING:
    from graincast.generation.sources.given import Given  # needs torch, which a job that only reads fields does not

Make = Callable[[StructureField, np.random.Generator], Network]


def side_of(pixels: int, grain_px: float, multiple: int = 1) -> int:
    """Pixels of a box of so many pixels to the side once its mean grain is brought to the one size."""
    return max(1, round(pixels * TYPICAL_PX / grain_px / multiple)) * multiple


def resized(distance: NDArray[np.float32], shape: tuple[int, int]) -> NDArray[np.float32]:
    """A periodic distance map in a picture of another shape; distances grow with the picture."""
    zoom = np.sqrt(np.prod(shape) / distance.size)
    axes = [(np.arange(new) + 0.5) * old / new - 0.5 for new, old in zip(shape, distance.shape, strict=True)]
    places = np.stack(np.meshgrid(*axes, indexing="ij"))
    return np.asarray(zoom * map_coordinates(distance, places, order=1, mode="grid-wrap"), np.float32)


def read_field(field: StructureField, sample: int) -> DrawnMap:
    """The grains of a true field."""
    start = time.perf_counter()
    side = side_of(field.distance.shape[0], field.conditions.grain_px)
    labels = reading.field(resized(field.distance, (side, side)))
    scale = field.distance.shape[0] / side
    return DrawnMap(labels, field.step, sample, scale, field.periodic, time.perf_counter() - start)


def read_networks(make: Make, given: "Given") -> Iterator[DrawnMap]:
    """The grains of networks, each as large as a training field of a step that it is meant to be like."""
    for step in given.steps:
        for sample, like in enumerate(given.at(step)[: given.fields]):
            start = time.perf_counter()
            network = make(like, given.chance(step, sample))
            side = side_of(like.distance.shape[0], like.conditions.grain_px)
            labels = reading.field(distance_map(network, (side, side)))
            yield DrawnMap(labels, step, sample, like.distance.shape[0] / side, True, time.perf_counter() - start)
