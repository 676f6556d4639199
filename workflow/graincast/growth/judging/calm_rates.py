"""Rates of grains to which the von Neumann-Mullins law applies: those that are calm from one frame to the next.

dA/dt = (pi / 3) k (n - 6) holds between topological events. A grain is calm between two frames if neither it nor a
neighbour of it has another number of sides in the later one, or is gone.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from graincast.material.networks.network import Network


def calm_rates(
    area: NDArray, sides: NDArray[np.integer], networks: Sequence[Network], reduced_times: NDArray[np.float64]
) -> tuple[NDArray[np.integer], NDArray[np.float64]]:
    """Sides and dA/d(k t) of the calm grains of all frames, from tables [F, grains] and reduced times k t [F]."""
    chosen_sides, rates = [], []
    for frame, network in enumerate(networks[:-1]):
        now, later = sides[frame], sides[frame + 1]
        calm = (area[frame + 1] > 0) & (now > 0) & (now == later)
        calm &= ~_beside(network, ~calm)
        chosen_sides.append(now[calm])
        gain = (area[frame + 1] - area[frame])[calm]
        rates.append(gain / (reduced_times[frame + 1] - reduced_times[frame]))
    return np.concatenate(chosen_sides), np.concatenate(rates)


def _beside(network: Network, marked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Grains that have a boundary with a marked one."""
    beside = np.zeros(len(marked), bool)
    beside[network.grains[marked[network.grains[:, 1]], 0]] = True
    beside[network.grains[marked[network.grains[:, 0]], 1]] = True
    return beside
