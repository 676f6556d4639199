"""The periodic grid in tiles: squares or boxes of cells, each of which will hold the few phases that it meets.

Convention: cells of a tile, tiles of the grid and ways to the neighbours of a tile (itself among them) count in row
order. The way back from a neighbour is the way there, counted from the end. A padded tile has one more cell on each
side. Reference for grids of sparse blocks: K. Museth, VDB, ACM Trans. Graph. 32 (2013) 27.
"""

from dataclasses import dataclass
from itertools import product
from math import prod

import numpy as np
from numpy.typing import NDArray

ROW = 8  # cells of a tile along the last axis: one vector register of float32
TILE = {2: (8, ROW), 3: (4, 8, ROW)}


@dataclass(frozen=True)
class Tiling:
    """Tables that the kernels walk along; they know nothing of the number of dimensions."""

    shape: tuple[int, ...]  # of the grid
    tile: tuple[int, ...]  # cells of a tile along each axis
    neighbours: NDArray[np.int32]  # [tiles, ways] the tile that stands there
    rows: NDArray[np.uint32]  # where each row of a tile starts in the padded tile
    strides: NDArray[np.int32]  # of the padded tile
    halo: NDArray[np.uint32]  # [2, cells of the padding] its place in the padded tile, and the cell there
    ends: NDArray[np.int32]  # [ways + 1] the part of `halo` that lies each way

    @property
    def cells(self) -> int:
        return prod(self.tile)

    def split(self, grid: NDArray) -> NDArray:
        """An array of the grid's shape as [tiles, cells]."""
        counts = self._counts()
        paired = grid.reshape([n for pair in zip(counts, self.tile, strict=True) for n in pair])
        axes = range(len(self.tile))
        order = [2 * axis for axis in axes] + [2 * axis + 1 for axis in axes]
        return np.ascontiguousarray(paired.transpose(order).reshape(-1, self.cells))

    def join(self, tiles: NDArray) -> NDArray:
        """An array [tiles, cells] in the grid's shape."""
        axes = len(self.tile)
        order = [place for axis in range(axes) for place in (axis, axes + axis)]
        return np.ascontiguousarray(tiles.reshape(self._counts() + self.tile).transpose(order).reshape(self.shape))

    def near(self, distance: int) -> NDArray[np.int32]:
        """[cells] one bit per way: whether the neighbour there lies at most `distance` cells off."""
        place = np.indices(self.tile).reshape(len(self.tile), -1)
        bits = np.zeros(self.cells, np.int32)
        for bit, way in enumerate(_ways(len(self.tile))):
            close = np.ones(self.cells, bool)
            for axis, side in enumerate(way):
                steps = {-1: place[axis] + 1, 0: 0 * place[axis], 1: self.tile[axis] - place[axis]}
                close &= steps[side] <= distance
            bits |= np.where(close, np.int32(1 << bit), np.int32(0))
        return bits

    def _counts(self) -> tuple[int, ...]:
        return tuple(n // edge for n, edge in zip(self.shape, self.tile, strict=True))


def tiling(shape: tuple[int, ...]) -> Tiling:
    """The tiling of a grid of two or three dimensions."""
    if len(shape) not in TILE:
        raise ValueError(f"phases live on grids of two or three dimensions, not on {len(shape)}")
    tile = TILE[len(shape)]
    if any(n % edge for n, edge in zip(shape, tile, strict=True)) or 0 in shape:
        raise ValueError(f"a grid of {shape} cells does not divide into tiles of {tile}: take multiples of these")
    padded = np.array([edge + 2 for edge in tile])
    strides = np.array([prod(padded[axis + 1 :].tolist()) for axis in range(len(tile))], np.int32)
    starts = np.indices((*tile[:-1], 1)).reshape(len(tile), -1) + 1
    rows = (strides @ starts).astype(np.uint32)
    return Tiling(shape, tile, _neighbours(shape, tile), rows, strides, *_halo(tile, strides))


def _ways(axes: int) -> list[tuple[int, ...]]:
    return list(product((-1, 0, 1), repeat=axes))


def _neighbours(shape: tuple[int, ...], tile: tuple[int, ...]) -> NDArray[np.int32]:
    counts = tuple(n // edge for n, edge in zip(shape, tile, strict=True))
    numbers = np.arange(prod(counts), dtype=np.int32).reshape(counts)
    axes = tuple(range(len(tile)))
    there = [np.roll(numbers, [-side for side in way], axes).ravel() for way in _ways(len(tile))]
    return np.ascontiguousarray(np.stack(there, axis=1))


def _halo(tile: tuple[int, ...], strides: NDArray[np.int32]) -> tuple[NDArray[np.uint32], NDArray[np.int32]]:
    """Place in the padded tile and cell there of all padding, and where each way ends."""
    axes = len(tile)
    edges = np.array(tile)[:, None]
    place = np.indices([edge + 2 for edge in tile]).reshape(axes, -1) - 1
    side = (place >= edges).astype(np.int32) - (place < 0)
    way = np.ravel_multi_index(tuple(side + 1), (3,) * axes)
    table = np.stack([strides @ (place + 1), np.ravel_multi_index(tuple(place % edges), tile)])
    outside = np.flatnonzero(np.any(side != 0, axis=0))
    order = outside[np.argsort(way[outside], kind="stable")]
    ends = np.searchsorted(way[order], np.arange(3**axes + 1))
    return np.ascontiguousarray(table[:, order], np.uint32), ends.astype(np.int32)
