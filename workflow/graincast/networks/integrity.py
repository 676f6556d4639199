"""Whether a network is one: what a broken one would show, as a sentence."""

import numpy as np

from graincast.networks.measures import areas, junction_angles
from graincast.networks.network import Network
from graincast.networks.rendering import contradictions

ROWS_PER_GRAIN = 10  # rows walked across the mean grain's side
AREA_SUM = 1e-9  # how far areas may be from filling the box, relatively


def flaw(network: Network) -> str | None:
    """What is wrong with a network, or None: areas, order of the arms at junctions, boundaries that cross."""
    area = areas(network)
    present = network.present
    width, height = network.box
    if not np.isfinite(network.points).all():
        return "a point is not finite"
    if abs(area.sum() / (width * height) - 1) > AREA_SUM:
        return f"the areas fill {area.sum() / (width * height):.12f} of the box"
    if area[present].min() <= 0:
        return f"grain {present[area[present].argmin()]} has the area {area[present].min():.3g}"
    turned = np.abs(junction_angles(network).sum(axis=1) - 360) > 1
    if turned.any():
        return f"{turned.sum()} junctions have their boundaries in the wrong order"
    pitch = np.sqrt(width * height / len(present)) / ROWS_PER_GRAIN
    crossings = contradictions(network, (int(np.ceil(height / pitch)), int(np.ceil(width / pitch))))
    if crossings:
        return f"boundaries cross ({crossings} contradictions)"
    return None
