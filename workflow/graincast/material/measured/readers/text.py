"""Text formats in bounded memory and time: a header of lines, then a line of numbers a point."""

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graincast.base.errors import GraincastError

MOST_HEADER_BYTES = 2_000_000
MOST_LINE_BYTES = 20_000
MOST_POINT_BYTES = 1000  # of a point's line, on average: one endless line would be held in memory several times
BYTES_PER_NUMBER = 2  # a digit and what parts it from the next


def header(path: Path, belongs: Callable[[str], bool]) -> list[str]:
    """The first lines of a file as long as they belong to its header."""
    lines: list[str] = []
    taken = 0
    with open(path, "rb") as stream:
        while line := stream.readline(MOST_LINE_BYTES):
            text = line.decode("utf-8", errors="replace").rstrip("\r\n")
            if not belongs(text):
                break
            taken += len(line)
            if taken > MOST_HEADER_BYTES:
                raise GraincastError(f"{path}, header: is longer than {MOST_HEADER_BYTES} bytes")
            lines.append(text)
    return lines


def line_after(path: Path, skipped: int) -> str:
    """The first line after the header; empty at the end of the file."""
    with open(path, "rb") as stream:
        for _ in range(skipped):
            stream.readline(MOST_LINE_BYTES)
        return stream.readline(MOST_LINE_BYTES).decode("utf-8", errors="replace")


def numbers(path: Path, skipped: int, columns: Sequence[int], points: int, decimal: str = ".") -> NDArray[np.float32]:
    """The chosen columns of a file of exactly `points` lines after the header, as [points, columns]."""
    import pandas as pd  # half a second, which what is no table of points is read without

    chosen = sorted(set(columns))
    _check_lines(path, points)
    try:
        with np.errstate(all="ignore"):
            table = pd.read_csv(
                path,
                sep=r"\s+",
                header=None,
                skiprows=skipped,
                usecols=chosen,
                dtype=np.float32,
                nrows=points + 1,
                quoting=csv.QUOTE_NONE,
                encoding="latin-1",
                decimal=decimal,
            )
    except (ValueError, OverflowError) as error:
        reason = " ".join(str(error).split())[:200]
        raise GraincastError(f"{path}, points: are not lines of numbers after line {skipped} ({reason})") from error
    if len(table) != points:
        found = "more" if len(table) > points else str(len(table))
        raise GraincastError(f"{path}, points: {found}, expected {points} as the header says: is the file truncated?")
    order = [chosen.index(column) for column in columns]
    return table.to_numpy(dtype=np.float32)[:, order]


def _check_lines(path: Path, points: int) -> None:
    """An error for a file too long for its points, before any is read."""
    size, most = path.stat().st_size, MOST_HEADER_BYTES + (points + 1) * MOST_POINT_BYTES
    if size > most:
        raise GraincastError(
            f"{path}, points: {size} bytes for the {points} that the header says, expected {most} at most: "
            "it holds more points than that, or is damaged"
        )


def check_positions(where: str, found: NDArray, steps_along: NDArray, step: float, name: str) -> None:
    """An error if positions of points do not grow by the step of the header."""
    expected = steps_along * step
    apart = np.abs(found - found[0] - (expected - expected[0]))
    if not (apart <= 0.5 * step + 0.02 * np.abs(expected)).all():
        worst = int(np.argmax(np.nan_to_num(apart, nan=np.inf)))
        raise GraincastError(
            f"{where}, column {name}: point {worst + 1} is at {found[worst]:.6g}, "
            f"expected {expected[worst]:.6g} as the header's grid says"
        )


def number(where: str, field: str, text: str) -> float:
    """A finite number of a header; a comma may stand for the point."""
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        value = float("nan")
    if not abs(value) < float("inf"):
        raise GraincastError(f"{where}, {field}: {text.strip()[:80]!r}, expected a number")
    return value


def whole(where: str, field: str, text: str) -> int:
    """A whole number of a header, 0 or more."""
    stripped = text.strip()
    if not (stripped.isascii() and stripped.isdigit() and len(stripped) < 16):
        raise GraincastError(f"{where}, {field}: {stripped[:80]!r}, expected a whole number")
    return int(stripped)
