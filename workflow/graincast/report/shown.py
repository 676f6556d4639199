"""Parts as the template shows them: cells of tables with their numbers behind them."""

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

from pandas.api.types import is_bool_dtype, is_numeric_dtype

from graincast.report.parts import HIGH, LOW, Part, Table

ABSENT = "\N{EN DASH}"


class Cell(NamedTuple):
    text: str
    number: str | None  # in full, for sorting and for those who read the page by machine; None for words
    has_interval: bool = False


class Heading(NamedTuple):
    text: str
    of_numbers: bool


def kind(part: Part) -> str:
    """What a part is, in lower case."""
    return type(part).__name__.lower()


def headings(table: Table) -> list[Heading]:
    """What stands above the columns."""
    return [Heading(_heading(table, name), _of_numbers(table, name)) for name in _columns(table)]


def rows(table: Table) -> Iterator[list[Cell]]:
    """The cells of every row."""
    for row in table.frame.to_dict("records"):
        yield [_cell(table, {str(key): value for key, value in row.items()}, name) for name in _columns(table)]


def _heading(table: Table, name: str) -> str:
    """A column's name, and whether it has intervals."""
    has_intervals = name + LOW in table.frame and table.frame[name + LOW].notna().any()
    return f"{name} (95% interval)" if has_intervals else name


def _columns(table: Table) -> list[str]:
    """Columns that are shown: intervals stand in those that they belong to."""
    names = [str(name) for name in table.frame]
    ends = {name + end for name in names for end in (LOW, HIGH)}
    return [name for name in names if name not in ends]


def _of_numbers(table: Table, name: str) -> bool:
    column = table.frame[name]
    return is_numeric_dtype(column) and not is_bool_dtype(column)


def _cell(table: Table, row: dict[str, Any], name: str) -> Cell:
    if not _of_numbers(table, name):
        return Cell(str(row[name]), None)
    text = _written(table, name, row[name])
    low, high = row.get(name + LOW, math.nan), row.get(name + HIGH, math.nan)
    has_interval = not math.isnan(low) and not math.isnan(high)
    if has_interval:
        text += f" ({_written(table, name, low)} to {_written(table, name, high)})"
    return Cell(text, _in_full(float(row[name])), has_interval)


def _in_full(value: float) -> str:
    """A number as Python and JavaScript both read it."""
    return repr(value).replace("inf", "Infinity")


def _written(table: Table, name: str, value: float) -> str:
    form = table.formats.get(name, "{:g}")
    if not isinstance(form, str):
        return form(value)
    return ABSENT if math.isnan(value) else form.format(value)
