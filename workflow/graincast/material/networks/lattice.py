"""The boundaries of a periodic label map as paths on the lattice between its pixels.

Corner (i, j) is the lower left one of pixel (i, j), with x = j to the right and y = i up. Around it stand four pixels,
counter-clockwise from the upper right, and a step s from it (east, north, west, south) has pixel s on its left.
A corner where three grains meet is a junction. One where four meet is two: of its two diagonals one touches, and a
boundary of no length between the junctions lies along it. At a checkerboard (a b over b a) two boundaries pass each
other. There that diagonal touches which is one region anyway. Else it is the one that holds the smallest grain (of
equal ones the first label), so that mirror images of a corner are resolved as mirror images.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graincast.base.compiled import kernel
from graincast.material.grains.geometry import connected_regions

# kinds of corner; one more for the last two: the falling diagonal, of pixels 1 and 3, touches
PASSED, TRIPLE, QUADRUPLE, CHECKERBOARD = 0, 1, 2, 4
AHEAD, WALKED = 1, 2  # edges between corners; 0 where both pixels are of one grain
ACROSS = np.array([[0, 0], [0, -1], [-1, -1], [-1, 0]])  # row and column of the four pixels around a corner
FIRST_ARM = {QUADRUPLE: np.array([-1, 1]), QUADRUPLE + 1: np.array([1, 1])}  # where the first of two junctions lies


@dataclass(frozen=True)
class Paths:
    """Boundary e starts at corner start[e] and takes the steps[first[e] : first[e + 1]]; closed ones end at -1."""

    steps: NDArray[np.int8]
    first: NDArray[np.int64]
    start: NDArray[np.int64]  # [boundaries, 2] x and y
    grains: NDArray[np.int32]  # [boundaries, 2] left and right
    ends: NDArray[np.int32]  # [boundaries, 2] junctions
    quadruple: NDArray[np.int64]  # [junctions, 2] x and y of where a junction lies in its quadruple point; 0 in others


def paths(labels: NDArray[np.integer]) -> Paths:
    """All boundaries of a map: between junctions, closed, and within quadruple points; those have no step."""
    east, north = labels != np.roll(labels, 1, axis=0), labels != np.roll(labels, 1, axis=1)
    leaving = np.stack([east, north, np.roll(east, 1, axis=1), np.roll(north, 1, axis=0)])
    kind = _kinds(labels, leaving)
    joining = np.isin(kind, (TRIPLE, QUADRUPLE, QUADRUPLE + 1))
    junctions = joining.astype(np.int64) + (joining & (kind != TRIPLE))
    junction = np.cumsum(junctions).reshape(kind.shape) - junctions
    starts = _starts(leaving, kind, joining)
    steps, first, walked, stops = _follow(starts, joining, kind, np.stack([east, north]).astype(np.int8))
    begin = starts[walked]
    open_ones = joining[begin[:, 0], begin[:, 1]]
    ends = np.stack([_junction_at(begin, kind, junction), _junction_at(stops, kind, junction)], axis=1)
    grains = np.stack([_pixel_at(labels, begin, begin[:, 2]), _pixel_at(labels, begin, begin[:, 2] + 3)], axis=1)
    short_start, short_grains, short_ends = _within_quadruples(labels, kind, junction)
    return Paths(
        steps,
        np.concatenate([first, np.full(len(short_start), first[-1])]),
        np.concatenate([begin[:, 1::-1], short_start]),
        np.concatenate([grains, short_grains]).astype(np.int32),
        np.concatenate([np.where(open_ones[:, None], ends, -1), short_ends]).astype(np.int32),
        _sides_of_quadruples(kind, joining),
    )


def _kinds(labels: NDArray[np.integer], leaving: NDArray[np.bool_]) -> NDArray[np.int8]:
    """What stands at every corner [rows, columns]."""
    degree = leaving.sum(axis=0, dtype=np.int8)
    kind = np.where(degree == 3, TRIPLE, PASSED).astype(np.int8)
    row, column = np.nonzero(degree == 4)
    if not len(row):
        return kind
    rows, columns = row + ACROSS[:, :1], column + ACROSS[:, 1:]
    around = labels[rows, columns]
    rising_same, falling_same = around[0] == around[2], around[1] == around[3]
    rank = np.argsort(np.argsort(np.bincount(labels.ravel()), kind="stable"))[around]  # by size
    falling = np.minimum(rank[1], rank[3]) < np.minimum(rank[0], rank[2])
    falling = np.where(rising_same != falling_same, rising_same, falling)  # no grain borders on itself
    checkered = rising_same & falling_same
    if checkered.any():
        region = connected_regions(labels)[rows, columns]
        rising_one, falling_one = region[0] == region[2], region[1] == region[3]
        falling = np.where(checkered & (rising_one != falling_one), falling_one, falling)
    kind[row, column] = np.where(checkered, CHECKERBOARD, QUADRUPLE) + falling
    return kind


def _starts(leaving: NDArray[np.bool_], kind: NDArray[np.int8], joining: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Rows (row, column, step) from which every boundary is found, closed ones at a turn where they have one."""
    step, row, column = np.nonzero(leaving & joining)
    turning = leaving[0] & ~joining & (~leaving[2] | (kind >= CHECKERBOARD))
    at_row, at_column = np.nonzero(turning)
    rows, columns = np.flatnonzero(leaving[0][:, 0]), np.flatnonzero(leaving[1][0])
    return np.concatenate(
        [
            np.stack([row, column, step], axis=1),
            np.stack([at_row, at_column, np.zeros_like(at_row)], axis=1),
            np.stack([rows, np.zeros_like(rows), np.zeros_like(rows)], axis=1),
            np.stack([np.zeros_like(columns), columns, np.ones_like(columns)], axis=1),
        ]
    )


def _junction_at(
    half_edges: NDArray[np.int64], kind: NDArray[np.int8], junction: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The junction which each half-edge (row, column, step) leaves: of two, the first has its arms counter-clockwise
    from north if the rising diagonal touches, and from east if the falling one does."""
    row, column, step = half_edges.T
    here = kind[row, column]
    second = ((step + 3 * (here == QUADRUPLE)) & 3) >> 1
    numbers: NDArray[np.int64] = junction[row, column] + np.where(here == TRIPLE, 0, second)
    return numbers


def _pixel_at(labels: NDArray[np.integer], half_edges: NDArray[np.int64], number: NDArray[np.int64]) -> NDArray:
    """Label of pixel `number` around each half-edge's corner."""
    offset = ACROSS[number & 3]
    return np.asarray(labels[half_edges[:, 0] + offset[:, 0], half_edges[:, 1] + offset[:, 1]])


def _within_quadruples(
    labels: NDArray[np.integer], kind: NDArray[np.int8], junction: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray, NDArray[np.int64]]:
    """Start (x, y), grains and junctions of the boundaries within quadruple points."""
    row, column = np.nonzero(kind // 2 == QUADRUPLE // 2)
    falling = (kind[row, column] - QUADRUPLE).astype(np.int64)
    half_edges = np.stack([row, column, falling], axis=1)
    grains = [_pixel_at(labels, half_edges, 3 * falling), _pixel_at(labels, half_edges, 2 - falling)]
    one = junction[row, column]
    return np.stack([column, row], axis=1), np.stack(grains, axis=1), np.stack([one, one + 1], axis=1)


def _sides_of_quadruples(kind: NDArray[np.int8], joining: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Where each junction [junctions, 2] lies in its quadruple point, as signs of x and y."""
    at = kind[joining]
    sides = np.zeros((len(at), 2, 2), np.int64)
    for quadruple, side in FIRST_ARM.items():
        sides[at == quadruple] = np.stack([side, -side])
    exists = np.stack([np.ones(len(at), bool), at != TRIPLE], axis=1)
    return np.asarray(sides[exists])


@kernel
def _follow(
    starts: NDArray[np.int64], joining: NDArray[np.bool_], kind: NDArray[np.int8], edges: NDArray[np.int8]
) -> tuple[NDArray[np.int8], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Steps of all boundaries and the first of each, which start each had, and half-edges that leave their far ends."""
    rows, columns = kind.shape
    steps = np.empty(np.sum(edges == AHEAD), np.int8)
    first = np.zeros(len(starts) + 1, np.int64)
    walked, stops = np.empty(len(starts), np.int64), np.empty((len(starts), 3), np.int64)
    found = taken = 0
    for index in range(len(starts)):
        row, column, step = starts[index]
        if edges[_edge(row, column, step, rows, columns)] != AHEAD:
            continue
        while True:
            edges[_edge(row, column, step, rows, columns)] = WALKED
            steps[taken] = step
            taken += 1
            row = (row + (step == 1) - (step == 3)) % rows
            column = (column + (step == 0) - (step == 2)) % columns
            back = (step + 2) & 3
            if joining[row, column]:
                break
            step = _onward(row, column, back, kind[row, column], edges)
            if edges[_edge(row, column, step, rows, columns)] == WALKED:
                break
        walked[found] = index
        stops[found] = row, column, back
        found += 1
        first[found] = taken
    return steps, first[: found + 1], walked[:found], stops[:found]


@kernel
def _edge(row: int, column: int, step: int, rows: int, columns: int) -> tuple[int, int, int]:
    """Where the edge of a step from a corner stands among the edges to the east and north."""
    return step & 1, (row - (step == 3)) % rows, (column - (step == 2)) % columns


@kernel
def _onward(row: int, column: int, back: int, kind: int, edges: NDArray[np.int8]) -> int:
    """The step by which a boundary goes on from a corner that is no junction."""
    if kind >= CHECKERBOARD:
        turned = back if kind > CHECKERBOARD else (back + 3) & 3
        return turned ^ 1 if kind > CHECKERBOARD else ((turned ^ 1) + 1) & 3
    for step in range(4):
        if step != back and edges[_edge(row, column, step, edges.shape[1], edges.shape[2])] != 0:
            return step
    return back
