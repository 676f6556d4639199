"""Which phases each tile holds: those that are in it, and those that can enter it before this is asked again.

Convention: the phases of tile t have the slots first[t] : first[t + 1]. A tile of one phase has no slots, but an owner.
Slot 0 stands for a phase that is nowhere, slot 1 for one that is everywhere: tiles without slots are read through them.
A phase moves at most one cell a step, so lists that look some cells ahead are exact for as many steps.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graincast.base.compiled import kernel

NOWHERE, EVERYWHERE, RESERVED = 0, 1, 2
SLACK = 1.1  # room for more slots than are there


@dataclass(frozen=True)
class Phases:
    """The phases of every tile and their shares."""

    first: NDArray[np.int32]  # [tiles + 1]
    owner: NDArray[np.int32]  # [tiles] the phase of a tile without slots, else -1
    phase: NDArray[np.int32]  # [slots or more]
    shares: NDArray[np.float32]  # [slots or more, cells]

    @property
    def slots(self) -> int:
        return int(self.first[-1])

    @property
    def lists(self) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
        return self.first, self.owner, self.phase


def sharp(labels: NDArray[np.int32]) -> Phases:
    """Phases that fill the cells of a label map [tiles, cells]."""
    first = np.full(len(labels) + 1, RESERVED, np.int32)
    phase = np.full(RESERVED + labels.size, -1, np.int32)
    list_present(labels, first, phase)
    tile = np.repeat(np.arange(len(labels)), np.diff(first))
    shares = np.zeros((first[-1], labels.shape[1]), np.float32)
    shares[RESERVED:] = labels[tile] == phase[RESERVED : first[-1], None]
    return Phases(first, np.full(len(labels), -1, np.int32), phase[: first[-1]].copy(), shares)


def listed_again(
    phases: Phases, spare: NDArray[np.float32], near: NDArray[np.int32], neighbours: NDArray[np.int32]
) -> Phases:
    """The same shares under new lists, written to `spare` if that has room; `near` says what can leave a tile."""
    reach = np.zeros(phases.slots, np.int32)
    find_reach(phases.shares[: phases.slots], near, reach)
    first, owner = np.empty_like(phases.first), np.empty_like(phases.owner)
    phase = np.empty(len(phases.phase), np.int32)
    while not list_reaching(*phases.lists, reach, neighbours, first, owner, phase):
        phase = np.empty(2 * len(phase) + 64, np.int32)
    new = Phases(first, owner, phase, roomy(spare, int(first[-1])))
    move(*phases.lists, phases.shares, new.first, new.phase, new.shares)
    return new


def linked(phases: Phases, neighbours: NDArray[np.int32]) -> NDArray[np.uint32]:
    """Slots [slots, ways] of the same phase in the tiles around."""
    links = np.zeros((phases.slots, neighbours.shape[1]), np.uint32)
    link(*phases.lists, neighbours, links)
    return links


def roomy(array: NDArray, length: int) -> NDArray:
    """`array`, or an empty one with more rows than `length` where it has fewer."""
    return array if len(array) >= length else np.empty((int(SLACK * length), *array.shape[1:]), array.dtype)


@kernel
def find_reach(shares: NDArray[np.float32], near: NDArray[np.int32], reach: NDArray[np.int32]) -> None:
    """Bits of the ways that the phase of each slot can go soon; none for a phase that has left its tile."""
    for slot in range(len(shares)):
        bits = np.int32(0)
        for cell in range(near.size):
            bits |= near[cell] if shares[slot, cell] > 0 else np.int32(0)
        reach[slot] = bits


@kernel
def append_new(phases: NDArray[np.int32], begin: int, end: int, phase: int) -> int:
    """Append `phase` to phases[begin:end] unless it is there; gives the end."""
    for place in range(begin, end):
        if phases[place] == phase:
            return end
    phases[end] = phase
    return end + 1


@kernel
def list_present(labels: NDArray[np.int32], first: NDArray[np.int32], phases: NDArray[np.int32]) -> None:
    """Phases of every tile of a label map [tiles, cells]; `phases` must have room for one per cell."""
    end = first[0]
    for tile in range(len(labels)):
        begin = end
        for label in labels[tile]:
            end = append_new(phases, begin, end, label)
        first[tile + 1] = end


@kernel
def list_reaching(
    first: NDArray[np.int32],
    owner: NDArray[np.int32],
    phase: NDArray[np.int32],
    reach: NDArray[np.int32],
    neighbours: NDArray[np.int32],
    new_first: NDArray[np.int32],
    new_owner: NDArray[np.int32],
    new_phase: NDArray[np.int32],
) -> bool:
    """Fill the new lists from the phases around each tile; False when `new_phase` is too short."""
    ways = neighbours.shape[1]
    end = RESERVED
    new_first[0] = end
    for tile in range(len(neighbours)):
        begin = end
        for way in range(ways):
            there = neighbours[tile, way]
            if end + 1 + first[there + 1] - first[there] > new_phase.size:
                return False
            if owner[there] >= 0:
                end = append_new(new_phase, begin, end, owner[there])
            for slot in range(first[there], first[there + 1]):
                if reach[slot] >> (ways - 1 - way) & 1:
                    end = append_new(new_phase, begin, end, phase[slot])
        new_owner[tile] = -1
        if end == begin + 1:
            new_owner[tile] = new_phase[begin]
            end = begin
        new_first[tile + 1] = end
    return True


@kernel
def find_slot(
    tile: int, wanted: int, first: NDArray[np.int32], owner: NDArray[np.int32], phase: NDArray[np.int32]
) -> int:
    """Where a tile keeps the phase `wanted`."""
    if owner[tile] == wanted:
        return EVERYWHERE
    for slot in range(first[tile], first[tile + 1]):
        if phase[slot] == wanted:
            return slot
    return NOWHERE


@kernel
def link(
    first: NDArray[np.int32],
    owner: NDArray[np.int32],
    phase: NDArray[np.int32],
    neighbours: NDArray[np.int32],
    links: NDArray[np.uint32],
) -> None:
    """Slots [slots, ways] of the same phase in the tiles around."""
    for tile in range(len(neighbours)):
        for slot in range(first[tile], first[tile + 1]):
            for way in range(neighbours.shape[1]):
                links[slot, way] = find_slot(neighbours[tile, way], phase[slot], first, owner, phase)


@kernel
def move(
    first: NDArray[np.int32],
    owner: NDArray[np.int32],
    phase: NDArray[np.int32],
    shares: NDArray[np.float32],
    new_first: NDArray[np.int32],
    new_phase: NDArray[np.int32],
    new_shares: NDArray[np.float32],
) -> None:
    """Copy the shares of every phase to its new slot."""
    new_shares[NOWHERE] = 0
    new_shares[EVERYWHERE] = 1
    for tile in range(len(first) - 1):
        for slot in range(new_first[tile], new_first[tile + 1]):
            new_shares[slot] = shares[find_slot(tile, new_phase[slot], first, owner, phase)]
