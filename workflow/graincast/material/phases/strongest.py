"""What can be seen of phases: the strongest of every cell, the volume of each, and where one is."""

import numpy as np
from numpy.typing import NDArray

from graincast.base.compiled import kernel
from graincast.material.phases.active import RESERVED, Phases


def strongest_two(phases: Phases) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Phases and shares [2, tiles, cells] of the largest and second largest; -1 and 0 where there is no second."""
    shape = (2, len(phases.owner), phases.shares.shape[1])
    names, shares = np.full(shape, -1, np.int32), np.zeros(shape, np.float32)
    names[0] = phases.owner[:, None]
    shares[0] = phases.owner[:, None] >= 0
    rank(phases.first, phases.phase, phases.shares, names, shares)
    return names, shares


def volumes(phases: Phases, count: int) -> NDArray[np.float64]:
    """Cells that each of the phases 0 .. count - 1 fills."""
    slots = slice(RESERVED, phases.slots)
    whole = phases.owner[phases.owner >= 0]
    sums = phases.shares[slots].sum(axis=1, dtype=np.float64)
    total = np.zeros(count)
    total += phases.shares.shape[1] * np.bincount(whole, minlength=count)
    total += np.bincount(phases.phase[slots], sums, minlength=count)
    return total


def shares_of(phases: Phases, phase: int) -> NDArray[np.float32]:
    """Shares [tiles, cells] of one phase."""
    slots = RESERVED + np.flatnonzero(phases.phase[RESERVED : phases.slots] == phase)
    shares = np.zeros((len(phases.owner), phases.shares.shape[1]), np.float32)
    shares[phases.owner == phase] = 1
    shares[np.searchsorted(phases.first, slots, side="right") - 1] = phases.shares[slots]
    return shares


@kernel
def rank(
    first: NDArray[np.int32],
    phase: NDArray[np.int32],
    shares: NDArray[np.float32],
    best: NDArray[np.int32],
    most: NDArray[np.float32],
) -> None:
    """Enter the phases of every slot into the two that lead in each cell, [2, tiles, cells]."""
    for tile in range(len(first) - 1):
        for slot in range(first[tile], first[tile + 1]):
            for cell in range(shares.shape[1]):
                share = shares[slot, cell]
                if share > most[0, tile, cell]:
                    best[1, tile, cell], most[1, tile, cell] = best[0, tile, cell], most[0, tile, cell]
                    best[0, tile, cell], most[0, tile, cell] = phase[slot], share
                elif share > most[1, tile, cell]:
                    best[1, tile, cell], most[1, tile, cell] = phase[slot], share
