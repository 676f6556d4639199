"""Whether a network is one: what a broken one would show, as a sentence."""

import numpy as np
from numpy.typing import NDArray

from graincast.networks.measures import areas, chord_angles, lengths
from graincast.networks.network import Network
from graincast.networks.rendering import contradictions, label_map

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
    turned = np.abs(chord_angles(network).sum(axis=1) - 360) > 1
    if turned.any():
        return f"{turned.sum()} junctions have their boundaries in the wrong order"
    pitch = np.sqrt(width * height / len(present)) / ROWS_PER_GRAIN
    shape = (int(np.ceil(height / pitch)), int(np.ceil(width / pitch)))
    crossings = contradictions(network, shape)
    if crossings:
        return f"boundaries cross ({crossings} contradictions)"
    return _unlike_its_picture(network, area, shape)


def _unlike_its_picture(network: Network, area: NDArray[np.float64], shape: tuple[int, int]) -> str | None:
    """Whether a grain's polygon and its pixels differ by more than a pixel all along its boundary."""
    width, height = network.box
    pixel = max(height / shape[0], width / shape[1])
    pixels = np.bincount(label_map(network, shape).ravel(), minlength=network.grain_count)
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
