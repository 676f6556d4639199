"""Front tracking: boundaries as polylines that move by curvature, all alike. The reference solver.

`segment` is the length of a polyline's segment in sides of the mean grain that is left. Smaller is nearer to the
converged solution and slower: cost rises with its third power, and `benchmarks/solver_agreement.py` measures both. The
von Neumann-Mullins law holds at any segment, between events.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graincast.material.fronts.checked_march import equal_pairs
from graincast.material.fronts.checked_march import evolve as evolve_front
from graincast.material.networks.evolution import Evolution
from graincast.material.networks.network import Network


@dataclass(frozen=True)
class Settings:
    segment: float  # of the mean grain's side

    def __post_init__(self) -> None:
        if not 0.02 <= self.segment <= 0.4:
            raise ValueError(f"key 'segment' is {self.segment}, expected 0.02 to 0.4 sides of the mean grain")


def evolve(network: Network, settings: Settings, times: NDArray[np.float64]) -> Evolution:
    """`network` at the ascending `times`, in units where the reduced mobility k is 1."""
    return evolve_front(network, times, settings.segment, equal_pairs(network))
