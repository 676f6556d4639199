"""Front tracking where one grain, number 0, has boundaries of other mobility or energy than all the rest.

Grain 0 is the giant of an abnormal start. Where a junction's three boundaries differ it balances forces
(`fronts.motion`), so its angles are Herring's and the von Neumann-Mullins law no longer holds beside it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graincast.material.fronts.checked_march import Pairs
from graincast.material.fronts.checked_march import evolve as evolve_front
from graincast.material.networks.evolution import Evolution
from graincast.material.networks.network import Network


@dataclass(frozen=True)
class Settings:
    segment: float  # of the mean grain's side
    mobility: float  # of a boundary of grain 0, over that of all others
    energy: float  # the same

    def __post_init__(self) -> None:
        if not 0.02 <= self.segment <= 0.4:
            raise ValueError(f"key 'segment' is {self.segment}, expected 0.02 to 0.4 sides of the mean grain")
        if not 0.01 <= self.mobility <= 100 or not 0.1 <= self.energy < 2:
            raise ValueError("expected a 'mobility' from 0.01 to 100, and an 'energy' from 0.1 to below 2")


def evolve(network: Network, settings: Settings, times: NDArray[np.float64]) -> Evolution:
    """`network` at the ascending `times`, in units where the reduced mobility k of ordinary boundaries is 1."""
    kind = np.ones(network.grain_count, np.int64)
    kind[0] = 0
    mobilities, energies = np.ones((2, 2)), np.ones((2, 2))
    mobilities[0, :] = mobilities[:, 0] = settings.mobility
    energies[0, :] = energies[:, 0] = settings.energy
    return evolve_front(network, times, settings.segment, Pairs(kind, mobilities, energies))
