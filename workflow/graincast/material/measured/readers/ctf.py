"""Oxford's Channel Text File: degrees, a square grid, phase 0 where nothing was indexed.

The line of column names says where each number stands. The mean angular deviation, smaller for a better fit, gives
the confidence with its sign turned. Bruker, ASTAR, MTEX and EMsoft write the format too.
"""

from pathlib import Path

import numpy as np

from graincast.base.errors import GraincastError
from graincast.material.measured.readers import assembly, limits, symmetry, text
from graincast.material.measured.readers.assembly import DeclaredPhase, Points
from graincast.material.measured.scan import Scan

NEEDED = ("Phase", "X", "Y", "Euler1", "Euler2", "Euler3")


def read(path: Path) -> Scan:
    where = str(path)
    lines = text.header(path, lambda line: line.split()[:1] != ["Phase"])
    names = text.line_after(path, len(lines)).split()
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise GraincastError(
            f"{where}, header: has no column {missing[0]!r}, expected a line 'Phase X Y ... Euler1 ...'"
        )
    mode = _value(where, lines, "JobMode")
    if mode.lower() != "grid":
        raise GraincastError(f"{where}, JobMode: {mode[:80]!r}, expected Grid")
    rows, columns = (text.whole(where, name, _value(where, lines, name)) for name in ("YCells", "XCells"))
    step_x, step_y = (text.number(where, name, _value(where, lines, name)) for name in ("XStep", "YStep"))
    limits.check_grid(where, "XCells and YCells", rows, columns)
    size = path.stat().st_size
    limits.check_room(where, "XCells and YCells", rows * columns, len(names) * text.BYTES_PER_NUMBER, size)
    read_names = [name for name in (*NEEDED, "MAD", "BC") if name in names]
    places, skipped = [names.index(name) for name in read_names], len(lines) + 1
    decimal = "," if "," in text.line_after(path, skipped) else "."
    table = text.numbers(path, skipped, places, rows * columns, decimal)
    column = {name: table[:, number] for number, name in enumerate(read_names)}
    row, along = np.divmod(np.arange(rows * columns), columns)
    text.check_positions(where, column["X"], along, step_x, "X")
    text.check_positions(where, column["Y"], row, step_y, "Y")
    emsoft = any("EMsoft" in line for line in lines)
    confidence, decisions = _confidence(column.get("MAD"), emsoft)
    return assembly.scan(
        Points(
            *(where, rows, columns, step_x, step_y, table[:, 3:6], "degrees", column["Phase"]),
            phases=_phases(where, lines),
            confidence=confidence,
            quality=column.get("BC"),
            decisions=decisions,
        )
    )


def _confidence(deviation: np.ndarray | None, emsoft: bool) -> tuple[np.ndarray | None, tuple[str, ...]]:
    if deviation is None:
        return None, ()
    if emsoft:
        return deviation, ("The confidence is EMsoft's dot product.",)
    return -deviation, ("The confidence is minus the mean angular deviation in degrees.",)


def _value(where: str, lines: list[str], name: str) -> str:
    for line in lines:
        words = line.split(maxsplit=1)
        if len(words) == 2 and words[0] == name:
            return words[1].strip()
    raise GraincastError(f"{where}, header: has no line '{name}', expected the grid of a .ctf file")


def _phases(where: str, lines: list[str]) -> dict[int, DeclaredPhase]:
    """The phases, a line each after 'Phases N': lengths, angles, name, Laue group, space group, ..."""
    count = text.whole(where, "Phases", _value(where, lines, "Phases"))
    if count > limits.MOST_PHASES:
        raise GraincastError(f"{where}, Phases: {count}, expected {limits.MOST_PHASES} at most")
    first = next(number for number, line in enumerate(lines) if line.split()[:1] == ["Phases"]) + 1
    phases = {}
    for number, line in enumerate(lines[first : first + count], start=1):
        cells = line.split("\t")
        if len(cells) < 4:
            raise GraincastError(f"{where}, phase {number}: {line[:80]!r}, expected lengths, angles, name, Laue group")
        laue = symmetry.of_laue_number(int(cells[3])) if cells[3].strip().isdigit() else None
        phases[number] = DeclaredPhase(cells[2].strip() or f"phase {number}", laue, f"Laue group {cells[3]}")
    return phases
