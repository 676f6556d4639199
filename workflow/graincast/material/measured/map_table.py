"""The table of measured maps: a CSV whose rows name files, where they come from, their licence and how to clean them.

A row is one file. A map of several files has one row for the file to read and one for each that belongs to it
(`part_of`). A file with an `address` is known by its sha256 and stands at `file` within a mirror; without an address it
is the user's own, and `file` is its path. What stands in the table is checked here, once: nothing in it is trusted.
"""

import csv
import difflib
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path, PurePosixPath
from typing import TypeVar
from urllib.parse import urlsplit

from graincast.base.errors import GraincastError
from graincast.material.measured.map_rows import Cleaning, Crop, MeasuredFile, MeasuredMap

COLUMNS = (
    *("name", "part_of", "file", "address", "sha256", "bytes", "licence", "credit"),
    *("crop", "phases", "confidence", "misorientation", "smallest", "merge_twins", "step"),
)
CLEANING = ("crop", "phases", "confidence", "misorientation", "smallest", "merge_twins")  # that commands ask for
OPTIONAL = ("um2_per_minute",)  # columns that a table may do without
MOST_TABLE_BYTES = 4_000_000
MOST_FILE_BYTES = 4_000_000_000  # of a file whose row does not say
MOST_PATH_BYTES = 1000
MOST_NAME_BYTES = 150  # what is fetched has a longer name until it is complete
NAME = re.compile(r"\w{1,80}", re.ASCII)
SCHEMES = ("https", "http", "file")
EXPECTED = {  # in a cell that is not empty
    "bytes": "a whole number from 1 on",
    "crop": "rows and columns to keep, such as '8:172, 30:180'",
    "phases": "numbers of phases to keep, such as '1' or '1 2'",
    "confidence": "a number",
    "misorientation": "degrees above 0 and below 90",
    "smallest": "a whole number from 1 on",
    "merge_twins": "'yes', 'no', or names of phases such as 'Austenite', with commas between them",
    "step": "micrometres above 0",
    "um2_per_minute": "square micrometres a minute, above 0",
}
Value = TypeVar("Value")


@dataclass(frozen=True)
class Row:
    """Cells of one row, without blanks around them, and the words that name it in errors."""

    where: str
    cells: Mapping[str, str]
    fault: str = ""  # why it cannot be read

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def error(self, column: str, expected: str) -> GraincastError:
        return GraincastError(f"{self.where}, column '{column}' is {self[column][:80]!r}, expected {expected}")


def load(path: Path) -> tuple[MeasuredMap, ...]:
    """The maps of a table in the order of their rows; a row that cannot be meant is an error."""
    maps = load_all(path)
    for found in maps:
        if found.fault:
            raise GraincastError(found.fault)
    return maps


def load_all(path: Path) -> tuple[MeasuredMap, ...]:
    """The same, where a map whose row cannot be meant is one without files that says why: its `fault`."""
    rows = list(_rows(path))
    first: dict[str, Row] = {}
    parts: dict[str, list[Row]] = {}
    for row in rows:
        first.setdefault(row["name"], row)
        parts.setdefault(row["part_of"], []).append(row)
    mains = {name for name, row in first.items() if not row["part_of"]}
    own = [row for row in rows if not row["part_of"] or row["part_of"] not in mains]
    return tuple(_map_or_fault(path, row, parts.get(row["name"], []) if row["name"] else [], first) for row in own)


def check_any(path: Path) -> None:
    """An error for a table of which no row can be used."""
    faults = [found.fault for found in load_all(path)]
    if faults and all(faults):
        raise GraincastError(f"{faults[0]}; no other row can be used, or there is none")


def _map_or_fault(path: Path, row: Row, parts: Sequence[Row], first: Mapping[str, Row]) -> MeasuredMap:
    """A map and its parts; without a name of its own it is called after the number of its row."""
    try:
        _check_names([row, *parts], first)
        for part in parts if not row["part_of"] else (row,):
            _check_part(part, {name for name, one in first.items() if not one["part_of"]})
        found = _map(row, _file(row), tuple(_file(part) for part in parts))
        _check_sides(path, found)
        return found
    except GraincastError as error:
        name = row["name"] if _is_free(row, first) else f"row_{row.where.rpartition(' ')[2]}"
        nothing = MeasuredFile(name, "", "", "", MOST_FILE_BYTES)
        return MeasuredMap(name, nothing, (), "", "", Cleaning(), None, str(error))


def _is_free(row: Row, first: Mapping[str, Row]) -> bool:
    return bool(NAME.fullmatch(row["name"])) and first[row["name"]] is row


def cleaning_of(cells: Mapping[str, str], where: str) -> Cleaning:
    """The cleaning that cells of the columns CLEANING say, given elsewhere than in a table."""
    return _cleaning(Row(where, {**cells, "step": ""}))


def named(rows: Sequence[MeasuredMap], name: str, path: Path) -> MeasuredMap:
    """The row of this name."""
    found = [row for row in rows if row.name == name]
    if not found:
        raise GraincastError(f"{path}: has no map '{name}' (it has {', '.join(row.name for row in rows)})")
    return found[0]


def _map(row: Row, file: MeasuredFile, parts: tuple[MeasuredFile, ...]) -> MeasuredMap:
    mobility = _cell(row, "um2_per_minute", _above_zero, None)
    return MeasuredMap(file.name, file, parts, row["licence"], row["credit"], _cleaning(row), mobility)


def _rows(path: Path) -> Iterator[Row]:
    try:
        if path.stat().st_size > MOST_TABLE_BYTES:
            raise GraincastError(f"{path}: has {path.stat().st_size} bytes, expected a table of {MOST_TABLE_BYTES}")
        lines = io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")  # a cell may hold a line break
        _check_separator(path, lines.readline())
        lines.seek(0)
        table = list(csv.reader(lines, strict=True))
    except UnicodeDecodeError as error:
        raise GraincastError(f"{path}: is not in UTF-8 (byte {error.start + 1}), expected a table saved so") from error
    except (OSError, csv.Error) as error:
        raise GraincastError(f"{path}: is not a readable CSV table ({' '.join(str(error).split())})") from error
    if not table:
        raise GraincastError(f"{path}: is empty, expected a line with the columns {', '.join(COLUMNS)}")
    header = [name.strip() for name in table[0]]
    _check_columns(path, header)
    for number, cells in enumerate(table[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        where, values = f"{path}, row {number}", dict.fromkeys(COLUMNS + OPTIONAL, "")
        if len(cells) != len(header):
            yield Row(where, values, f"{where}: has {len(cells)} cells, expected {len(header)}")
        else:
            yield Row(where, values | {name: cell.strip() for name, cell in zip(header, cells, strict=True)})


def _check_separator(path: Path, header: str) -> None:
    for sign, called in ((";", "semicolons"), ("\t", "tabs")):
        if sign in header and "," not in header:
            raise GraincastError(
                f"{path}: its columns are parted by {called}, expected commas: save it as CSV with commas"
            )


def _check_columns(path: Path, header: list[str]) -> None:
    known = COLUMNS + OPTIONAL
    for name in header:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            cure = f"did you mean '{near[0]}'?" if near else f"known columns: {', '.join(known)}"
            raise GraincastError(f"{path}: unknown column '{name[:80]}' ({cure})")
        if header.count(name) > 1:
            raise GraincastError(f"{path}: column '{name}' stands there twice")
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise GraincastError(f"{path}: missing column '{missing[0]}': add it, cells may be empty")


def _check_names(rows: Sequence[Row], first: Mapping[str, Row]) -> None:
    for row in rows:
        name = row["name"]
        if row.fault:
            raise GraincastError(row.fault)
        if not NAME.fullmatch(name):
            raise row.error("name", "letters, digits and '_', 80 at most")
        if first[name] is not row:
            raise GraincastError(f"{row.where}, column 'name': '{name}' is the name of {first[name].where} already")


def _check_part(row: Row, mains: set[str]) -> None:
    if row["part_of"] not in mains:
        raise row.error("part_of", f"the name of a map that is not itself a part: {', '.join(sorted(mains)) or 'none'}")
    filled = [name for name in (*(field.name for field in fields(Cleaning)), *OPTIONAL) if row[name]]
    if filled:
        raise row.error(filled[0], f"nothing: this is said in the row of '{row['part_of']}'")


def _check_sides(path: Path, found: MeasuredMap) -> None:
    """Files of one map are laid side by side, so their names differ."""
    names = [Path(file.file).name for file in (found.main, *found.parts)]
    if len(set(names)) < len(names):
        raise GraincastError(f"{path}: two files of '{found.name}' are called '{names[0]}', expected different names")


def _file(row: Row) -> MeasuredFile:
    file, address, sha256 = row["file"], row["address"], row["sha256"].lower()
    if sha256 and not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise row.error("sha256", "64 hexadecimal digits")
    if not file or not Path(file).name:
        raise row.error("file", "the path of a file")
    if not file.isprintable() or "{" in file or "}" in file:  # Snakemake takes braces for its wildcards
        raise row.error("file", "a path of printable characters without braces: rename the file")
    if len(Path(file).name.encode()) > MOST_NAME_BYTES or len(file.encode()) > MOST_PATH_BYTES:
        raise row.error("file", f"a path of {MOST_PATH_BYTES} bytes, and a name of {MOST_NAME_BYTES}, at most")
    if address:
        _check_address(row)
        if not sha256:
            raise row.error("sha256", "64 hexadecimal digits, since the file comes from an address")
        path = PurePosixPath(file)
        if path.is_absolute() or ".." in path.parts or "\\" in file:
            raise row.error("file", "a path within the mirror, relative and without '..'")
    return MeasuredFile(row["name"], file, address, sha256, _cell(row, "bytes", _count, MOST_FILE_BYTES))


def _check_address(row: Row) -> None:
    try:
        parts = urlsplit(row["address"])
    except ValueError:
        raise row.error("address", "an address") from None
    plain = row["address"].isprintable() and row["address"].isascii() and " " not in row["address"]
    if parts.scheme not in SCHEMES or not plain or (parts.scheme != "file" and not parts.hostname):
        raise row.error("address", f"an address that begins with {', '.join(f'{name}://' for name in SCHEMES)}")


def _cleaning(row: Row) -> Cleaning:
    empty = Cleaning()
    return Cleaning(
        crop=_cell(row, "crop", _crop, empty.crop),
        phases=_cell(row, "phases", _phases, empty.phases),
        confidence=_cell(row, "confidence", _number, empty.confidence),
        misorientation=_cell(row, "misorientation", _angle, empty.misorientation),
        smallest=_cell(row, "smallest", _count, empty.smallest),
        merge_twins=_cell(row, "merge_twins", _twins, empty.merge_twins),
        step=_cell(row, "step", _above_zero, empty.step),
    )


def _cell(row: Row, column: str, convert: Callable[[str], Value], empty: Value) -> Value:
    """The converted cell, or `empty` where it is."""
    if not row[column]:
        return empty
    try:
        return convert(row[column])
    except ValueError:
        raise row.error(column, f"{EXPECTED[column]}, or nothing") from None


def _crop(text: str) -> Crop | None:
    found = re.fullmatch(r"(\d{1,9}):(\d{1,9})[,;\s]\s*(\d{1,9}):(\d{1,9})", text, re.ASCII)
    if not found:
        raise ValueError
    crop = Crop(*(int(number) for number in found.groups()))
    if crop.top >= crop.bottom or crop.left >= crop.right:
        raise ValueError
    return crop


def _phases(text: str) -> tuple[int, ...]:
    numbers = tuple(_whole(number) for number in re.split(r"[,;\s]+", text))
    if len(set(numbers)) < len(numbers) or min(numbers) < 1:
        raise ValueError
    return numbers


def _whole(text: str) -> int:
    if not re.fullmatch(r"\d{1,15}", text, re.ASCII):
        raise ValueError
    return int(text)


def _count(text: str) -> int:
    number = _whole(text)
    if number < 1:
        raise ValueError
    return number


def _number(text: str) -> float | None:
    number = float(text)
    if not abs(number) < float("inf"):
        raise ValueError
    return number


def _above_zero(text: str) -> float | None:
    number = float(text)
    if not 0 < number < float("inf"):
        raise ValueError
    return number


def _angle(text: str) -> float:
    number = float(text)
    if not 0 < number < 90:
        raise ValueError
    return number


def _twins(text: str) -> bool | tuple[str, ...]:
    if text in ("yes", "no"):
        return text == "yes"
    names = tuple(name.strip() for name in re.split("[,;]", text))
    if len(set(names)) < len(names) or not all(_is_name(name) for name in names):
        raise ValueError
    return names


def _is_name(text: str) -> bool:
    """Whether it may be a phase's name, and is no other way to say yes or no."""
    return text[:1].isalpha() and text.casefold() not in ("yes", "no", "true", "false")
