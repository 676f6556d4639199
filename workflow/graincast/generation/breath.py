"""A breath of front tracking: boundaries bend and junctions turn to 120 degrees, and hardly a grain is lost."""

import numpy as np

from graincast.material.networks.network import Network
from graincast.material.solvers import front_tracking

BREATH = 0.1  # mean grain areas over k
SEGMENT = 0.15  # mean grain sides


def relaxed(network: Network, breath: float = BREATH) -> Network:
    """The network a tenth of a mean area over k later."""
    mean_area = float(np.prod(network.box) / len(network.present))
    times = np.array([0.0, breath * mean_area])
    return front_tracking.evolve(network, front_tracking.Settings(SEGMENT), times).networks[-1]
