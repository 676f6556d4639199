"""Grains as phases: every cell shares its volume among the few grains that meet there, and the shares sum to 1.

Law: boundaries move at k kappa with k = M gamma = 1, and meet at 120 degrees (see graincast.phases.step).
Convention: lengths in cells, time in cells^2 / k; `width` is that of a boundary, from share 0 to share 1.
Reference: I. Steinbach and F. Pezzolla, Physica D 134 (1999) 385.
"""

from dataclasses import replace
from math import ceil, cos, pi

import numpy as np
from numpy.typing import NDArray

from graincast.material.phases import active, strongest
from graincast.material.phases.step import step
from graincast.material.phases.tiles import Tiling, tiling

NARROWEST = 3.0  # below, the lattice holds boundaries fast
LONGEST_STEP = 1 / 6  # in the time of the lattice: the blur alone is then diffusion up to the fourth order
STEPS_PER_LIST = 2


class Field:
    """Shares of the grains in every cell of a periodic grid, and their evolution."""

    def __init__(self, tiles: Tiling, phases: active.Phases, width: float) -> None:
        self.updates = 0  # cells where phases meet, or beside them, times steps
        self._tiles = tiles
        self._sharpening = 2 * (1 - cos(pi / width))  # (pi / width)^2, as the lattice sees it
        self._near = tiles.near(STEPS_PER_LIST)
        self._phases = phases
        self._spare = np.empty((0, tiles.cells), np.float32)
        self._list_again()

    @classmethod
    def from_labels(cls, labels: NDArray[np.int32], width: float) -> "Field":
        """Grains with sharp boundaries: a map of labels that are not negative, in two or three dimensions."""
        if width < NARROWEST:
            raise ValueError(f"boundaries of {width} cells are too thin to move: take {NARROWEST} or more")
        if labels.min() < 0:
            raise ValueError(f"labels of grains are 0 or more, not {labels.min()}")
        tiles = tiling(labels.shape)
        return cls(tiles, active.sharp(tiles.split(labels.astype(np.int32))), width)

    def advance(self, duration: float) -> None:
        """Let the boundaries move for `duration`."""
        # on a profile of this wavelength a curved front of the lattice moves at 1 - sharpening / 6 of its velocity
        lattice_time = duration / (1 - self._sharpening / 6)
        steps = ceil(lattice_time / LONGEST_STEP - 1e-9)
        for number in range(steps):
            if number % STEPS_PER_LIST == 0:
                self._list_again()
            self._step(lattice_time / steps)

    def labels(self) -> NDArray[np.int32]:
        """The largest phase of each cell."""
        return self._tiles.join(strongest.strongest_two(self._phases)[0][0])

    def strongest_two(self) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Phases and shares [2, *shape] of the largest and second largest; -1 and 0 where there is no second."""
        names, shares = strongest.strongest_two(self._phases)
        join = self._tiles.join
        return np.stack([join(names[0]), join(names[1])]), np.stack([join(shares[0]), join(shares[1])])

    def shares(self, grain: int) -> NDArray[np.float32]:
        """What one grain has of each cell."""
        return self._tiles.join(strongest.shares_of(self._phases, grain))

    def volumes(self, count: int) -> NDArray[np.float64]:
        """Cells that each of the grains 0 .. count - 1 fills; they sum to the number of cells."""
        return strongest.volumes(self._phases, count)

    def _step(self, length: float) -> None:
        tiles, phases = self._tiles, self._phases
        weights = np.float32(6 * length), np.float32(length * (self._sharpening - 6))
        tables = tiles.rows, tiles.strides, tiles.halo, tiles.ends
        self.updates += step(phases.shares, self._spare, phases.first, self._links, *tables, self._scratch, weights)
        self._phases, self._spare = replace(phases, shares=self._spare), phases.shares

    def _list_again(self) -> None:
        old = self._phases.shares
        self._phases = active.listed_again(self._phases, self._spare, self._near, self._tiles.neighbours)
        self._links = active.linked(self._phases, self._tiles.neighbours)
        self._scratch = scratch(self._tiles, int(np.diff(self._phases.first).max()))
        self._spare = active.roomy(old, self._phases.slots)
        self._spare[: active.RESERVED] = self._phases.shares[: active.RESERVED]


def scratch(tiles: Tiling, phases: int) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Room for a tile: its phases padded, twice; its phases sorted; two numbers for each of its cells."""
    padded = int(np.prod(np.array(tiles.tile) + 2))
    return (
        np.zeros((2, phases, padded), np.float32),
        np.zeros((phases, tiles.cells), np.float32),
        np.zeros((2, tiles.cells), np.float32),
    )
