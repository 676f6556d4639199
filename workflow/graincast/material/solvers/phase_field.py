"""Multi-phase-field: grains as shares of the cells of a grid, their boundaries smeared over some cells.

It knows nothing of polylines or events, and so checks front tracking from outside. The network is rasterised once, so
a grain that holds no cell's middle is gone; `width` over `cells_per_side` is what the answer converges in.

Convention: a cell is square, and the grid's sides are multiples of 8. The box need not divide into such a grid: the one
taken has the most nearly square cells of all that have as many cells as asked for along each side or up to a quarter
more, and is stretched over the box. What is left of the stretch makes boundaries faster in one direction than in the
other: nothing in a square box; in one of any form 3 % or less for 300 grains at 8 cells to a side, 7 % for 60.
The boundary crosses each line between two cells where their grains have equal shares on the profile of a flat boundary,
which is a sine; three grains meet where all three have equal shares.
Reference: graincast.phases.field.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from graincast.material.networks.evolution import Evolution, Unsound
from graincast.material.networks.network import Network, ordered_arms
from graincast.material.networks.rendering import label_map
from graincast.material.networks.smoothing import JOINT_REACH, REACH
from graincast.material.networks.tracing import trace
from graincast.material.phases.field import Field

NARROWEST = 5.0  # cells: below, boundaries feel the lattice
COARSEST = 8.0  # cells to the mean grain's side
MULTIPLE = 8
FINER = 1.25  # how many more cells a side may get so that they are square
AROUND = np.array([[0, 0], [-1, 0], [-1, -1], [0, -1]])  # x and y of the four cells around a corner


@dataclass(frozen=True)
class Settings:
    cells_per_side: float  # cells along the side of the mean grain of the start
    width: float  # of a boundary, in cells

    def __post_init__(self) -> None:
        if not COARSEST <= self.cells_per_side < np.inf:
            raise ValueError(f"key 'cells_per_side' is {self.cells_per_side}, expected {COARSEST:g} cells or more")
        if not NARROWEST <= self.width <= self.cells_per_side:
            raise ValueError(
                f"key 'width' is {self.width}, expected {NARROWEST:g} cells or more, "
                f"and no more than 'cells_per_side', {self.cells_per_side}"
            )


def evolve(network: Network, settings: Settings, times: NDArray[np.float64]) -> Evolution:
    """`network` at the ascending `times`, in units where k = 1. At time 0 it is `network` itself, not rasterised."""
    shape = grid(network, settings.cells_per_side)
    field = Field.from_labels(label_map(network, shape), settings.width)
    cell_area = np.prod(network.box) / np.prod(shape)
    networks = []
    for before, time in pairwise([0.0, *times]):
        field.advance((time - before) / cell_area)
        networks.append(network if time == 0 else _network(field, network, float(time)))
    return Evolution(networks, repairs=0)


def grid(network: Network, cells_per_side: float) -> tuple[int, int]:
    """Rows and columns, multiples of 8, at least as fine as asked for, whose cells are the nearest to squares."""
    width, height = network.box
    asked = cells_per_side / np.sqrt(width * height / len(network.present))  # cells to a unit of length
    rows, columns = _sides(height * asked), _sides(width * asked)
    stretch = np.abs(np.log(np.outer(height / rows, columns / width)))
    cells = np.outer(rows, columns)
    best = np.lexsort((cells.ravel(), np.round(stretch, 3).ravel()))[0]  # of equal ones the smallest
    row, column = np.unravel_index(best, cells.shape)
    return int(rows[row]), int(columns[column])


def _sides(least: float) -> NDArray[np.int64]:
    """Multiples of 8 from `least` cells on, up to a quarter more."""
    first = int(np.ceil(least / MULTIPLE - 1e-9))
    return MULTIPLE * np.arange(first, max(first, int(FINER * least / MULTIPLE)) + 1)


def _network(field: Field, start: Network, time: float) -> Network:
    """The boundaries of a field, in the box and with the grains of `start`."""
    names, shares = field.strongest_two()
    if np.all(names[0] == names[0].flat[0]):
        raise Unsound(f"at t = {time:.6g} one grain fills the box, which is no network")
    traced = trace(names[0])
    points = traced.points.copy()
    ends = np.zeros(len(points), bool)
    opened = traced.ends[:, 0] >= 0
    ends[traced.first[:-1][opened]] = ends[traced.first[1:][opened] - 1] = True
    points[~ends] = _equal_shares(points[~ends], names, shares)
    points[ends] = _equal_thirds(points[ends], names, shares)
    kept = ~_beside_junctions(traced)
    points = points[kept] * np.array(start.box) / names.shape[:0:-1]
    first = np.concatenate([[0], np.cumsum(kept)])[traced.first]
    return Network(
        start.box,
        start.grain_count,
        points,
        first,
        traced.grains,
        traced.ends,
        ordered_arms(points, first, traced.ends),
    )


def _beside_junctions(traced: Network) -> NDArray[np.bool_]:
    """Points [points] to leave out: so near a junction, its place is too rough for a direction.

    A boundary still crosses the same lines between middles of cells and no other boundary: the squares of middles on
    both sides of such a line make a rectangle. Therefore of two points beside each other one stays.
    """
    begin, last = traced.first[:-1], traced.first[1:] - 1
    opened = traced.ends[:, 0] >= 0
    inner = last - begin - 1
    beside = np.zeros(len(traced.points), bool)
    beside[begin[opened & (inner > 0)] + 1] = True
    beside[last[opened & (inner > 2)] - 1] = True
    return beside


def _equal_shares(points: NDArray[np.float64], names: NDArray[np.int32], shares: NDArray[np.float32]) -> NDArray:
    """Points [points, 2], each moved on the line between the middles of the two cells that it separates.

    It stays between them, as `networks.smoothing` has it, so the network stays planar.
    """
    crossed = points % 1 != 0.5  # the axis along which the two cells lie
    edge = np.rint(points)
    low = np.where(crossed, edge - 1, np.floor(points)).astype(np.int64)
    high = low + crossed
    one, other = _at(names, low)[0], _at(names, high)[0]
    inside = np.arcsin(np.clip(_share(low, one, names, shares) - _share(low, other, names, shares), 0, 1))
    beyond = np.arcsin(np.clip(_share(high, other, names, shares) - _share(high, one, names, shares), 0, 1))
    offset = (inside - beyond) / (2 * np.maximum(inside + beyond, 1e-9))
    return np.where(crossed, edge + np.clip(offset, -REACH, REACH)[:, None], points)


def _equal_thirds(joints: NDArray[np.float64], names: NDArray[np.int32], shares: NDArray[np.float32]) -> NDArray:
    """Junctions [ends, 2], each moved to where its three grains have equal shares, by planes through the four cells.

    It stays between them. The two junctions of a corner where four grains meet stay where they are.
    """
    corner = np.rint(joints).astype(np.int64)
    cells = corner[:, None] + AROUND
    around = np.sort(_at(names, cells)[0], axis=1)
    fresh = np.diff(around, axis=1, prepend=-1) != 0
    triple = (fresh.sum(axis=1) == 3) & ~_doubled(corner, names)
    grains = around[triple][fresh[triple]].reshape(-1, 3)
    values = np.stack([_share(cells[triple], grains[:, [grain]], names, shares) for grain in range(3)], axis=1)
    values = values[:, :2] - values[:, 2:]  # [junctions, 2, cells] 0 where the shares are equal
    slopes = values @ (AROUND + 0.5)
    sound = np.abs(np.linalg.det(slopes)) > 1e-6
    moved = np.flatnonzero(triple)[sound]
    place = np.linalg.solve(slopes[sound], -values[sound].mean(axis=2, keepdims=True))[..., 0]
    placed = joints.copy()
    placed[moved] = corner[moved] + np.clip(place, -JOINT_REACH, JOINT_REACH)
    return placed


def _doubled(corner: NDArray[np.int64], names: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Whether two junctions stand at a corner: no two cells beside each other there are of one grain."""
    around = _at(names, corner[:, None] + AROUND)[0]
    return np.asarray(np.all(around != np.roll(around, 1, axis=1), axis=1))


def _share(
    cells: NDArray[np.int64], grain: NDArray[np.int32], names: NDArray[np.int32], shares: NDArray[np.float32]
) -> NDArray[np.float64]:
    """What a grain has of each cell: of one that is not among its strongest two, what these leave at the most."""
    (first, second), (most, next_most) = _at(names, cells), _at(shares, cells).astype(np.float64)
    left = np.clip(1 - most - next_most, 0, next_most)
    return np.asarray(np.where(grain == first, most, np.where(grain == second, next_most, left)))


def _at(values: NDArray, cells: NDArray[np.int64]) -> NDArray:
    """Values [2, ...] of cells [..., 2] given by x and y, periodic."""
    rows, columns = values.shape[1:]
    return np.asarray(values[:, cells[..., 1] % rows, cells[..., 0] % columns])
