"""How large a map may be, checked against what a header says before anything of that size is made."""

from graincast.base.errors import GraincastError

MOST_POINTS = 25_000_000
FEWEST_POINTS = 4  # of a side
MOST_PHASES = 100


def check_grid(where: str, fields: str, rows: int, columns: int) -> None:
    """An error for a grid too small to be a map or too large to be read; `fields` name what said so."""
    if min(rows, columns) < FEWEST_POINTS:
        raise GraincastError(
            f"{where}, {fields}: {rows} rows and {columns} columns, expected {FEWEST_POINTS} or more of each"
        )
    check_points(where, fields, rows * columns)


def check_points(where: str, fields: str, points: int) -> None:
    if points > MOST_POINTS:
        raise GraincastError(
            f"{where}, {fields}: {points} points, expected {MOST_POINTS} at most: crop the map or take a larger step"
        )


def check_room(where: str, fields: str, points: int, bytes_per_point: int, bytes_there: int) -> None:
    """An error for a header that promises more points than the file has room for."""
    if points * bytes_per_point > bytes_there:
        raise GraincastError(
            f"{where}, {fields}: {points} points need {points * bytes_per_point} bytes or more, "
            f"the file has {bytes_there}: it is truncated, or its header is wrong"
        )
