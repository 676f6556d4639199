"""EDAX's .ang and what other programs write under that name: radians, square or hexagonal grid, phase in column 8.

Columns: phi1 Phi phi2 x y quality confidence phase, and more that are not read. EMsoft's confidence is a dot product,
ASTAR's a reliability, and ASTAR's lengths are nanometres. A confidence below 0 marks a point without a solution.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graincast.base.errors import GraincastError
from graincast.material.measured.readers import assembly, hexagonal, limits, symmetry, text
from graincast.material.measured.readers.assembly import DeclaredPhase, Points
from graincast.material.measured.scan import Scan

READ_COLUMNS = 8
NO_SOLUTION = 4 * np.pi  # all three angles, where EDAX found none


@dataclass(frozen=True)
class Grid:
    """The grid of the header; `even` is the length of the second row, the fourth, ..."""

    hexagonal: bool
    rows: int
    odd: int
    even: int
    step_x: float
    step_y: float

    @property
    def points(self) -> int:
        return hexagonal.points(self.rows, self.odd, self.even)


def read(path: Path) -> Scan:
    header = text.header(path, lambda line: line.startswith("#") or not line.strip())
    astar = any("ACOM" in line for line in header)
    grid = _grid(str(path), header, 1e-3 if astar else 1.0)
    columns = len(text.line_after(path, len(header)).split())
    if columns < READ_COLUMNS:
        raise GraincastError(f"{path}, points: have {columns} columns, expected {READ_COLUMNS} or more")
    limits.check_points(str(path), "NROWS and NCOLS_ODD", grid.points)
    fewest = columns * text.BYTES_PER_NUMBER
    limits.check_room(str(path), "NROWS and NCOLS_ODD", grid.points, fewest, path.stat().st_size)
    table = text.numbers(path, len(header), range(READ_COLUMNS), grid.points)
    _check_positions(str(path), table, grid, 1e-3 if astar else 1.0)
    return assembly.scan(_points(str(path), header, table, grid))


def _points(where: str, header: Sequence[str], table: NDArray[np.float32], grid: Grid) -> Points:
    decisions: tuple[str, ...] = ()
    rows, columns, step_y = grid.rows, grid.odd, grid.step_y
    if grid.hexagonal:
        ratio = grid.step_y / grid.step_x
        near = hexagonal.nearest(grid.rows, grid.odd, grid.even, ratio)
        (rows, columns), step_y = near.shape, grid.step_x
        table = table[near.ravel()]
        decisions += ("The hexagonal grid is brought to a square one of the same step by nearest neighbour.",)
    euler, quality, confidence = table[:, :3], table[:, 5], table[:, 6]
    phase, phases, raised = assembly.numbered_from_one(table[:, 7], _phases(where, header))
    phase, said = assembly.one_phase_is_never_zero(phase, phases)
    phase, lost = assembly.without_solution(phase, confidence)
    if any("EMsoft" in line for line in header):
        decisions += ("The confidence is EMsoft's dot product.",)
    phase = np.where((np.abs(euler - NO_SOLUTION) < 1e-2).all(axis=1), 0, phase)
    return Points(
        *(where, rows, columns, grid.step_x, step_y, euler, "radians", phase, phases, confidence, quality),
        decisions=(*decisions, *raised, *said, *lost),
    )


def _grid(where: str, header: Sequence[str], micrometres: float) -> Grid:
    found = {name: _value(where, header, name) for name in ("GRID", "XSTEP", "YSTEP", "NCOLS_ODD", "NROWS")}
    kind = found["GRID"].lower()
    if kind not in ("sqrgrid", "hexgrid"):
        raise GraincastError(f"{where}, GRID: {found['GRID'][:80]!r}, expected SqrGrid or HexGrid")
    rows, odd = text.whole(where, "NROWS", found["NROWS"]), text.whole(where, "NCOLS_ODD", found["NCOLS_ODD"])
    step_x, step_y = (text.number(where, name, found[name]) * micrometres for name in ("XSTEP", "YSTEP"))
    even = text.whole(where, "NCOLS_EVEN", _value(where, header, "NCOLS_EVEN")) if kind == "hexgrid" else odd
    if kind == "hexgrid":
        hexagonal.check(where, odd, even, step_x, step_y)
    limits.check_grid(where, "NROWS and NCOLS_ODD", rows, odd)
    return Grid(kind == "hexgrid", rows, odd, even, step_x, step_y)


def _value(where: str, header: Sequence[str], name: str) -> str:
    """What stands behind a name in the header."""
    for line in header:
        found = re.match(rf"#\s*{name}\s*:?\s+(\S.*?)\s*$", line)
        if found:
            return found.group(1)
    raise GraincastError(f"{where}, header: has no line '# {name}:', expected the grid of an .ang file")


def _phases(where: str, header: Sequence[str]) -> dict[int, DeclaredPhase]:
    """The phases of the header; a block of lines begins with each '# Phase N'."""
    phases: dict[int, DeclaredPhase] = {}
    current = 0
    for line in header:
        words = line.lstrip("#").replace(":", " ").split()
        if len(words) == 2 and words[0] == "Phase" and words[1].isascii() and words[1].isdigit():
            current = min(text.whole(where, "Phase", words[1]), assembly.MOST_PHASE_NUMBER + 1)
            phases[current] = DeclaredPhase(f"phase {current}", None, "no line '# Symmetry'")
        elif current in phases and words[:1] == ["MaterialName"] and len(words) > 1:
            phases[current] = DeclaredPhase(" ".join(words[1:]), phases[current].point_group, phases[current].said)
        elif current in phases and words[:1] == ["Symmetry"] and len(words) > 1:
            phases[current] = DeclaredPhase(phases[current].name, symmetry.of_tsl(words[1]), words[1])
        if len(phases) > limits.MOST_PHASES:
            raise GraincastError(f"{where}, Phase: more than {limits.MOST_PHASES}")
    return phases


def _check_positions(where: str, table: NDArray[np.float32], grid: Grid, micrometres: float) -> None:
    if grid.hexagonal:
        row, along = hexagonal.positions(grid.rows, grid.odd, grid.even)
    else:
        row, along = np.divmod(np.arange(grid.points), grid.odd)
    text.check_positions(where, table[:, 3] * np.float32(micrometres), along, grid.step_x, "x")
    text.check_positions(where, table[:, 4] * np.float32(micrometres), row, grid.step_y, "y")
