"""Whether a network is one: what a broken one would show, as a sentence."""

import numpy as np
from numpy.typing import NDArray

from graincast.base.compiled import kernel
from graincast.material.networks.measures import areas, lengths
from graincast.material.networks.network import Network
from graincast.material.networks.rendering import proven_map

ROWS_PER_GRAIN = 10  # rows walked across the mean grain's side
FARTHEST = 100  # from the origin that an unwrapped boundary may go, in box sides
AREA_SUM = 1e-9  # how far areas may be from filling the box, relatively


def flaw(network: Network) -> str | None:
    """What is wrong with a network, or None: areas, order of the arms at junctions, boundaries that cross."""
    present = network.present
    width, height = network.box
    if not np.abs(network.points).max() < FARTHEST * max(width, height):  # NaN is not less than anything
        return "a point is far outside the box, or nowhere"
    area = areas(network)
    if abs(area.sum() / (width * height) - 1) > AREA_SUM:
        return f"the areas fill {area.sum() / (width * height):.12f} of the box"
    if area[present].min() <= 0:
        return f"grain {present[area[present].argmin()]} has the area {area[present].min():.3g}"
    disordered = _disordered(network.points, network.first, network.arms)
    if disordered:
        return f"{disordered} junctions have their boundaries in the wrong order"
    pitch = np.sqrt(width * height / len(present)) / ROWS_PER_GRAIN
    shape = (int(np.ceil(height / pitch)), int(np.ceil(width / pitch)))
    labels, contradictions = proven_map(network, shape)
    if contradictions:
        return f"boundaries cross ({contradictions} contradictions)"
    return _unlike_its_picture(network, area, labels)


@kernel
def _disordered(points: NDArray[np.float64], first: NDArray[np.int64], arms: NDArray[np.int32]) -> int:
    """Junctions whose arms do not leave counter-clockwise: from one arm to the next, two turns or three go back."""
    disordered = 0
    for junction in range(len(arms)):
        back = 0
        for slot in range(3):
            ax, ay = _first_step(points, first, arms[junction, slot])
            bx, by = _first_step(points, first, arms[junction, (slot + 1) % 3])
            back += ax * by < ay * bx
        disordered += back > 1
    return disordered


@kernel
def _first_step(points: NDArray[np.float64], first: NDArray[np.int64], half_edge: int) -> tuple[float, float]:
    """From the junction that a half-edge leaves to its next point."""
    boundary = half_edge >> 1
    row, beside = first[boundary], first[boundary] + 1
    if half_edge & 1:
        row, beside = first[boundary + 1] - 1, first[boundary + 1] - 2
    return points[beside, 0] - points[row, 0], points[beside, 1] - points[row, 1]


def _unlike_its_picture(network: Network, area: NDArray[np.float64], labels: NDArray[np.int32]) -> str | None:
    """Whether a grain's polygon and its pixels differ by more than a pixel all along its boundary."""
    (width, height), shape = network.box, labels.shape
    pixel = max(height / shape[0], width / shape[1])
    pixels = np.bincount(labels.ravel(), minlength=network.grain_count)
    length = lengths(network)
    perimeter = np.zeros(network.grain_count)
    for side in (0, 1):
        perimeter += np.bincount(network.grains[:, side], length, minlength=network.grain_count)
    off = np.abs(pixels * width * height / np.prod(shape) - area) - pixel * perimeter - pixel**2
    if off.max() > 0:
        return (
            f"grain {off.argmax()} fills {area[off.argmax()]:.4g} by its boundaries and other than that by its pixels"
        )
    return None
