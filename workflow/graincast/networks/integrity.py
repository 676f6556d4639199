"""Whether a network is one: what a broken one would show, as a sentence."""

import numpy as np

from graincast.networks.measures import areas, chord_angles
from graincast.networks.network import Network
from graincast.networks.rendering import contradictions

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
    crossings = contradictions(network, (int(np.ceil(height / pitch)), int(np.ceil(width / pitch))))
    if crossings:
        return f"boundaries cross ({crossings} contradictions)"
    return None
