"""Tortuosity of a phase along an axis, from steady diffusion through it: volume fraction times D over D effective.

Concentrations are 1 and 0 on the two faces at the ends of the axis, half a voxel beyond the centres of the outermost
voxels; nothing flows through the interface or the sides. Each voxel exchanges with the six at its faces in proportion
to the difference, and with a face of fixed concentration at twice that. Pieces that do not reach from face to face have
no flux. A straight channel has a tortuosity of 1, one that is k times longer than the volume k^2.

Conjugate gradients solve it, preconditioned by a W-cycle of multigrid whose coarse unknowns are sums over 2 x 2 x 2
voxels: smoothed before and after by one damped Jacobi step, corrections stretched by `STRETCH` because piecewise
constants are too stiff (Braess, Computing 55, 379, 1995). The cycle is symmetric and positive whatever the phase looks
like, since of two stretched coarse steps the product is. Flux is the same through every plane of an exact solution;
where planes differ by more than `UNEVEN`, there is no answer but an error.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from graincast.base.errors import GraincastError
from graincast.scoring.two_phase import Volume, checked, volume_fraction
from graincast.scoring.volume_topology import pieces

if TYPE_CHECKING:
    from scipy import sparse

EXACT = 1e-8  # residual over the right-hand side
UNEVEN = 1e-4  # difference of fluxes through planes, over their mean
ITERATIONS = 2000
DAMPING = 0.6
STRETCH = 1.5
COARSEST = 400  # unknowns that are solved at once
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Diffusion:
    """Steady diffusion along an axis."""

    effective: float  # diffusivity of the volume over that of the phase
    uneven: float  # largest difference of fluxes through two planes, over their mean


def tortuosity(volume: NDArray[Any], axis: int) -> float:
    """Of the phase along an axis; infinite where no piece of it reaches from face to face."""
    effective = diffusion(volume, axis).effective
    return volume_fraction(volume) / effective if effective > 0 else math.inf


def diffusion(volume: NDArray[Any], axis: int) -> Diffusion:
    """Solve for the fluxes along an axis."""
    through = np.moveaxis(pieces(checked(volume)).through(axis), axis, 0)
    if not through.any():
        return Diffusion(0.0, 0.0)
    flux = _fluxes(through, _concentration(through))
    found = Diffusion(float(flux.mean()) * len(through) / through[0].size, float(np.ptp(flux) / flux.mean()))
    if not found.uneven <= UNEVEN:
        raise GraincastError(
            f"diffusion along axis {axis} of a volume of {' x '.join(map(str, volume.shape))} voxels: fluxes through "
            f"planes differ by {found.uneven:.1e} of their mean, expected {UNEVEN:g} within {ITERATIONS} iterations"
        )
    return found


def _concentration(phase: Volume) -> Floats:
    """Concentration [z, y, x], from 1 before the first plane to 0 behind the last; 0 in the other phase."""
    from scipy.sparse import linalg

    exchange, entering = _system(phase)
    start = (1 - (np.nonzero(phase)[0] + 0.5) / len(phase)).astype(float)
    cycle = linalg.LinearOperator(exchange.shape, matvec=_Multigrid(exchange, phase))
    solved, _ = linalg.cg(exchange, entering, x0=start, rtol=EXACT, maxiter=ITERATIONS, M=cycle)
    found = np.zeros(phase.shape)
    found[phase] = solved
    return found


def _fluxes(phase: Volume, concentration: Floats) -> Floats:
    """Flux [planes + 1] into the first plane, from each to the next, and out of the last one."""
    falls = np.where(phase[1:] & phase[:-1], concentration[:-1] - concentration[1:], 0.0)
    entering = 2 * np.sum(1 - concentration[0], where=phase[0])
    return np.array([entering, *falls.sum(axis=(1, 2)), 2 * concentration[-1].sum()])


def _system(phase: Volume) -> tuple["sparse.csr_array", Floats]:
    """What leaves each voxel of the phase [voxels, voxels] by concentration, and what enters from the first face."""
    from scipy import sparse

    voxels = np.count_nonzero(phase)
    number = np.full(phase.shape, -1, np.int32)
    number[phase] = np.arange(voxels)
    one, other = np.concatenate([_neighbours(np.moveaxis(number, axis, 0)) for axis in range(3)], axis=1)
    pairs = sparse.csr_array((np.ones(len(one)), (one, other)), shape=(voxels, voxels))
    exchanged = pairs + pairs.T
    entering, leaving = np.zeros((2, *phase.shape))
    entering[0], leaving[-1] = 2, 2
    out = exchanged.sum(axis=1) + (entering + leaving)[phase]
    return sparse.csr_array(sparse.diags_array(out) - exchanged), entering[phase]


def _neighbours(number: NDArray[np.int32]) -> NDArray[np.int32]:
    """Pairs [2, pairs] of numbers that follow each other along the first axis; -1 is none."""
    one, other = number[:-1], number[1:]
    both = (one >= 0) & (other >= 0)
    return np.stack([one[both], other[both]])


class _Multigrid:
    """A W-cycle for residuals [unknowns] of a matrix, the unknowns in the cells of a grid that are marked."""

    def __init__(self, matrix: "sparse.csr_array", marked: Volume) -> None:
        self.levels: list[tuple[sparse.csr_array, Floats, sparse.csr_array]] = []  # matrix, smoother, prolongation
        while matrix.shape[0] > COARSEST:
            prolongation, marked = _blocks(marked)
            self.levels.append((matrix, DAMPING / matrix.diagonal(), prolongation))
            matrix = (prolongation.T @ matrix @ prolongation).tocsr()
        self.last = np.linalg.inv(matrix.toarray())

    def __call__(self, residual: Floats) -> Floats:
        return self._corrected(residual, 0)

    def _corrected(self, residual: Floats, level: int) -> Floats:
        if level == len(self.levels):
            return np.asarray(self.last @ residual)
        matrix, smoother, prolongation = self.levels[level]
        found = smoother * residual
        for _ in range(2):
            coarse = self._corrected(prolongation.T @ (residual - matrix @ found), level + 1)
            found = found + STRETCH * (prolongation @ coarse)
        return np.asarray(found + smoother * (residual - matrix @ found))


def _blocks(marked: Volume) -> tuple["sparse.csr_array", Volume]:
    """Which block of 2 x 2 x 2 cells each marked cell is in [cells, blocks], and the grid of blocks that have one."""
    from scipy import sparse

    coarse = np.zeros([(side + 1) // 2 for side in marked.shape], bool)
    place = tuple(at // 2 for at in np.nonzero(marked))
    coarse[place] = True
    number = np.cumsum(coarse).reshape(coarse.shape) - 1
    block = number[place]
    shape = (len(block), int(number.flat[-1]) + 1)
    return sparse.csr_array((np.ones(len(block)), block, np.arange(len(block) + 1)), shape=shape), coarse
