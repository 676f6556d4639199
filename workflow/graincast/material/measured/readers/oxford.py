"""Oxford's .cpr and .crc: a header of keys in sections, and one binary record a point; radians, a square grid.

A record is the phase (a byte, 0 where nothing was indexed) and then the fields whose numbers the header lists in order.
Either file may be named; the other stands beside it.
"""

from pathlib import Path

import numpy as np

from graincast.base.errors import GraincastError
from graincast.material.measured.readers import assembly, limits, symmetry, text
from graincast.material.measured.readers.assembly import DeclaredPhase, Points
from graincast.material.measured.scan import Scan

BYTE_FIELDS = (7, 8, 9, 10, 11)  # band contrast, band slope, -, bands, error; every other field is a 4-byte number
PHI1, PHI, PHI2, DEVIATION, CONTRAST = "field 3", "field 4", "field 5", "field 6", "field 7"
MOST_FIELDS = 500
Header = dict[str, dict[str, str]]


def read(path: Path) -> Scan:
    cpr, crc = (_beside(path, suffix) for suffix in (".cpr", ".crc"))
    where, header = str(cpr), _header(cpr)
    mode = _value(where, header, "General", "JobMode")
    if mode.lower() != "regulargrid":
        raise GraincastError(f"{where}, JobMode: {mode[:80]!r}, expected RegularGrid")
    rows, columns = (text.whole(where, name, _value(where, header, "Job", name)) for name in ("yCells", "xCells"))
    step_x, step_y = (text.number(where, key, _value(where, header, "Job", key)) for key in ("GridDistX", "GridDistY"))
    limits.check_grid(where, "xCells and yCells", rows, columns)
    record = _record(where, header)
    _check_size(crc, cpr, rows * columns, record)
    points = np.fromfile(crc, record, rows * columns)
    deviation, contrast = (points[name] if name in (record.names or ()) else None for name in (DEVIATION, CONTRAST))
    decisions = () if deviation is None else ("The confidence is minus the mean angular deviation in degrees.",)
    return assembly.scan(
        Points(
            *(str(crc), rows, columns, step_x, step_y),
            euler=np.stack([points[PHI1], points[PHI], points[PHI2]], axis=1),
            unit="radians",
            phase=points["phase"],
            phases=_phases(where, header),
            confidence=None if deviation is None else -deviation,
            quality=contrast,
            decisions=decisions,
        )
    )


def _beside(path: Path, suffix: str) -> Path:
    """The file of the pair with this suffix, in whatever case its name is."""
    for candidate in (path, path.with_suffix(suffix), path.with_suffix(suffix.upper())):
        if candidate.suffix.lower() == suffix and candidate.is_file():
            return candidate
    raise GraincastError(
        f"{path}: has no '{path.with_suffix(suffix).name}' beside it, expected a pair of .cpr and .crc"
    )


def _header(path: Path) -> Header:
    """Keys and values of the header by section, all names in lower case."""
    sections: Header = {}
    current: dict[str, str] = {}
    for line in text.header(path, lambda _: True):
        stripped = line.strip()
        if stripped.startswith("[") and stripped.endswith("]"):
            current = sections.setdefault(stripped[1:-1].strip().lower(), {})
        elif "=" in stripped:
            key, value = stripped.split("=", 1)
            current.setdefault(key.strip().lower(), value.strip())
    return sections


def _value(where: str, header: Header, section: str, key: str) -> str:
    try:
        return header[section.lower()][key.lower()]
    except KeyError:
        raise GraincastError(f"{where}, header: has no '{key}' in [{section}], expected a .cpr file") from None


def _record(where: str, header: Header) -> np.dtype:
    """The layout of a point's record."""
    count = text.whole(where, "Count in [Fields]", _value(where, header, "Fields", "Count"))
    if count > MOST_FIELDS:
        raise GraincastError(f"{where}, Count in [Fields]: {count}, expected {MOST_FIELDS} at most")
    numbers = [
        text.whole(where, f"Field{place}", _value(where, header, "Fields", f"Field{place}"))
        for place in range(1, count + 1)
    ]
    if len(set(numbers)) < count:
        raise GraincastError(f"{where}, [Fields]: a field stands there twice, expected each once")
    missing = [name for name in (PHI1, PHI, PHI2) if int(name.split()[1]) not in numbers]
    if missing:
        raise GraincastError(f"{where}, [Fields]: has no {missing[0]}, expected the Euler angles 3, 4 and 5")
    layout = [(f"field {number}", "u1" if number in BYTE_FIELDS else "<f4") for number in numbers]
    return np.dtype([("phase", "u1"), *layout])


def _check_size(crc: Path, cpr: Path, points: int, record: np.dtype) -> None:
    size = crc.stat().st_size
    if size != points * record.itemsize:
        raise GraincastError(
            f"{crc}: has {size} bytes, expected {points * record.itemsize}: {cpr.name} says {points} points "
            f"of {record.itemsize} bytes ([Fields]). One of the two is truncated or belongs to another map"
        )


def _phases(where: str, header: Header) -> dict[int, DeclaredPhase]:
    count = text.whole(where, "Count in [Phases]", _value(where, header, "Phases", "Count"))
    if count > limits.MOST_PHASES:
        raise GraincastError(f"{where}, Count in [Phases]: {count}, expected {limits.MOST_PHASES} at most")
    return {number: _phase(number, header.get(f"phase{number}", {})) for number in range(1, count + 1)}


def _phase(number: int, keys: dict[str, str]) -> DeclaredPhase:
    """A phase of the header: its Laue group if that is there, else that of its space group."""
    laue, space = keys.get("lauegroup", ""), keys.get("spacegroup", "")
    group = symmetry.of_laue_number(int(laue)) if laue.isdecimal() and len(laue) < 6 else None
    if group is None and space.isdecimal() and len(space) < 6:
        group = symmetry.of_space_group(int(space))
    name = keys.get("structurename") or f"phase {number}"
    return DeclaredPhase(name, group, f"LaueGroup={laue}, SpaceGroup={space}")
