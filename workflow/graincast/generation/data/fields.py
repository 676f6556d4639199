"""Fields: distance maps of whole structures, with what each was asked to be. A split is a file of them.

An .npz archive with `count`, and of field number i, under the name `i/...`:

    distance    float16 [rows, columns]   of each pixel's middle from the nearest boundary, pixels
    conditions  float32 [3]               `Conditions`
    step        int64                     how far grown, from 0; -1 where nobody knows
    periodic    bool                      whether it closes upon itself
    area        float32 [grains]          of its grains as they truly are, pixels; empty where nobody knows
    sides       int32 [grains]            of the same
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graincast.base.errors import GraincastError
from graincast.base.storage import open_arrays, write_arrays
from graincast.generation.data import conditions
from graincast.generation.data.conditions import Conditions
from graincast.material.networks import measures
from graincast.material.networks.distances import distance_map
from graincast.material.networks.network import Network

NAMES = ("distance", "conditions", "step", "periodic", "area", "sides")
UNKNOWN_STEP = -1


@dataclass(frozen=True)
class StructureField:
    distance: NDArray[np.float32]  # [rows, columns] pixels
    conditions: Conditions
    step: int
    periodic: bool
    area: NDArray[np.float32]  # [grains] pixels, all above 0
    sides: NDArray[np.int32]  # [grains]


def of_network(network: Network, shape: tuple[int, int], step: int) -> StructureField:
    """The periodic field that a network is, drawn with so many pixels."""
    pixel = float(np.prod(network.box) / np.prod(shape))
    area = measures.areas(network) / pixel
    sides = measures.sides(network)
    there = area > 0
    asked = conditions.of_grains(area, sides)
    of_grains = area[there].astype(np.float32), sides[there]
    return StructureField(distance_map(network, shape), asked, step, True, *of_grains)


def write(path: Path, fields: Sequence[StructureField]) -> None:
    """Write a split."""
    arrays: dict[str, NDArray] = {"count": np.array(len(fields))}
    for number, field in enumerate(fields):
        values: tuple[NDArray, ...] = (
            field.distance.astype(np.float16),
            np.array(field.conditions, np.float32),
            np.array(field.step),
            np.array(field.periodic),
            field.area,
            field.sides,
        )
        arrays |= {f"{number}/{name}": value for name, value in zip(NAMES, values, strict=True)}
    write_arrays(path, arrays)


def read(path: Path) -> list[StructureField]:
    """The fields of a split, one or more."""
    with open_arrays(path) as array:
        found = [_field({name: array(f"{number}/{name}") for name in NAMES}) for number in range(int(array("count")))]
    if not found:
        raise GraincastError(f"{path}: holds no field, expected one or more")
    return found


def _field(arrays: dict[str, NDArray]) -> StructureField:
    return StructureField(
        arrays["distance"].astype(np.float32),
        Conditions(*(float(value) for value in arrays["conditions"])),
        int(arrays["step"]),
        bool(arrays["periodic"]),
        arrays["area"],
        arrays["sides"],
    )
