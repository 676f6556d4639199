"""One time step of isotropic curvature-driven growth: blur every phase, sharpen it, return to shares that sum to 1.

Law: F = integral of (4 gamma / eta) sum over pairs of (phi_a phi_b - (eta / pi)^2 grad phi_a . grad phi_b) under the
obstacle that all phi >= 0 have the sum 1. It relaxes as d(phi_a)/dt = k m (lap phi_a + (pi / eta)^2 phi_a - lambda). An
explicit step and then the nearest point of the simplex give lambda and the obstacle at once. Between a and b any other
phase is pushed down at half of (pi / eta)^2: none appears there, and no triple term is needed.
The pace m is 1 but where three phases meet. With 1 also there, a moving junction would dissipate less than the sharp
boundaries that it stands for, like 0.115 eta of boundary, and grains would change area too fast by a part of 0.3 eta
over their mean side. m = 1 / (1 + DRAG T) restores it: DRAG is computed from the shape of a junction at rest.
Convention: the Laplacian is 6 (blur - 1) with the weights (1, 4, 1) / 6 along each axis: 9 points in 2-D, 27 in 3-D.
Reference: H. Garcke, B. Nestler and B. Stoth, SIAM J. Appl. Math. 60 (1999) 295.
"""

import numpy as np
from numpy.typing import NDArray

from graincast.base.compiled import kernel
from graincast.material.phases.tiles import ROW

SIXTH = np.float32(1 / 6)
ZERO, ONE, TWO, THREE, FOUR = (np.float32(number) for number in range(5))
TRIPLE = np.float32(27 / 6)  # 27 times the sum over triples is 27 / 6 (1 + sum of phi^2 (2 phi - 3))
DRAG = np.float32(0.617)


@kernel
def fill(
    padded: NDArray[np.float32],
    shares: NDArray[np.float32],
    links: NDArray[np.uint32],
    rows: NDArray[np.uint32],
    halo: NDArray[np.uint32],
    ends: NDArray[np.int32],
) -> None:
    """Copy the phases of a tile, and one cell of its neighbours, into `padded`; `links` [phases, ways] are slots."""
    for phase in range(len(links)):
        own = links[phase, links.shape[1] // 2]
        for row in range(rows.size):
            for cell in range(ROW):
                padded[phase, rows[row] + np.uint32(cell)] = shares[own, ROW * row + cell]
        for way in range(links.shape[1]):
            there = links[phase, way]
            for place in range(ends[way], ends[way + 1]):
                padded[phase, halo[0, place]] = shares[there, halo[1, place]]


@kernel
def blur(padded: NDArray[np.float32], blurred: NDArray[np.float32], stride: int) -> None:
    """Weights (1, 4, 1) / 6 along one axis; what comes out on the rim of a padded tile means nothing."""
    before, here, after = padded[: -2 * stride], padded[stride:-stride], padded[2 * stride :]
    target = blurred[stride:-stride]
    for cell in range(target.size):
        target[cell] = SIXTH * (before[cell] + FOUR * here[cell] + after[cell])


@kernel
def find_pace(shares: NDArray[np.float32], pace: NDArray[np.float32]) -> None:
    """1 / (1 + DRAG T) of each cell, with T = 27 sum of phi_a phi_b phi_c: 0 where two phases meet, 1 at a junction."""
    pace[:] = ONE
    for phase in range(len(shares)):
        for cell in range(pace.size):
            share = shares[phase, cell]
            pace[cell] += share * share * (TWO * share - THREE)
    for cell in range(pace.size):
        pace[cell] = ONE / (ONE + DRAG * TRIPLE * max(ZERO, pace[cell]))


@kernel
def sharpen(
    blurred: NDArray[np.float32],
    old: NDArray[np.float32],
    new: NDArray[np.float32],
    rows: NDArray[np.uint32],
    pace: NDArray[np.float32],
    weights: tuple[np.float32, np.float32],
) -> None:
    """Shares [phases, cells] before the projection: `pace` times what `weights` of blur and share add to the share."""
    for phase in range(len(old)):
        for row in range(rows.size):
            for cell in range(ROW):
                place = ROW * row + cell
                share, smooth = old[phase, place], blurred[phase, rows[row] + np.uint32(cell)]
                new[phase, place] = share + pace[place] * (weights[0] * smooth + weights[1] * share)


@kernel
def sort(shares: NDArray[np.float32], largest: NDArray[np.float32], carried: NDArray[np.float32]) -> int:
    """Shares [phases, cells] of each cell in falling order, by insertion; gives how many levels are not all 0."""
    levels = 0
    for phase in range(len(shares)):
        carried[:] = shares[phase]
        for level in range(levels):
            if not insert(carried, largest[level]):
                break
        else:
            largest[levels] = carried
            levels += 1
    return levels


@kernel
def insert(carried: NDArray[np.float32], level: NDArray[np.float32]) -> bool:
    """Leave the larger of each cell in `level` and carry the smaller on; whether anything is left to carry."""
    left = ZERO
    for cell in range(carried.size):
        smaller = min(level[cell], carried[cell])
        level[cell] = max(level[cell], carried[cell])
        carried[cell] = smaller
        left += smaller
    return bool(left > ZERO)


@kernel
def project(shares: NDArray[np.float32], largest: NDArray[np.float32], scratch: NDArray[np.float32]) -> int:
    """Replace shares [phases, cells], none negative, by the nearest with sum 1; count cells where two phases meet.

    Each loses the same, as far as it has it: the greatest of (sum of the n largest - 1) / n over n.
    """
    levels = sort(shares, largest, scratch[0])
    total, excess = scratch[0], scratch[1]
    total[:] = -ONE
    excess[:] = ZERO
    for level in range(levels):
        part, row = ONE / np.float32(level + 1), largest[level]
        for cell in range(total.size):
            total[cell] += row[cell]
            excess[cell] = max(excess[cell], part * total[cell])
    for phase in range(len(shares)):
        row = shares[phase]
        for cell in range(total.size):
            row[cell] = max(ZERO, row[cell] - excess[cell])
    meeting = 0
    if levels > 1:
        for cell in range(total.size):
            meeting += largest[1, cell] > ZERO
    return meeting


@kernel
def step(
    old: NDArray[np.float32],
    new: NDArray[np.float32],
    first: NDArray[np.int32],
    links: NDArray[np.uint32],
    rows: NDArray[np.uint32],
    strides: NDArray[np.int32],
    halo: NDArray[np.uint32],
    ends: NDArray[np.int32],
    scratch: tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]],
    weights: tuple[np.float32, np.float32],
) -> int:
    """Shares [slots, cells] one step on: weights[0] times the blur and weights[1] times the share, projected.

    Tile t has the slots first[t] : first[t + 1]; gives how many cells hold an interface or stand beside one.
    """
    active = 0
    for tile in range(len(first) - 1):
        begin, end = first[tile], first[tile + 1]
        if begin < end:
            padded, blurred = scratch[0][0, : end - begin], scratch[0][1, : end - begin]
            fill(padded, old, links[begin:end], rows, halo, ends)
            for stride in strides:
                blur(padded.reshape(-1), blurred.reshape(-1), stride)
                padded, blurred = blurred, padded
            find_pace(old[begin:end], scratch[2][0])
            sharpen(padded, old[begin:end], new[begin:end], rows, scratch[2][0], weights)
            active += project(new[begin:end], scratch[1], scratch[2])
    return active
