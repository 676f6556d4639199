"""What is printed of generated structures: the sheet as text, its verdict, warnings."""

import math

from graincast.generation.generating.asked_and_got import Line
from graincast.generation.generating.making import Generated

UNMATCHED = (
    "orientations and phases are drawn from the map's own so that areas keep their shares; misorientations of "
    "neighbours are not matched"
)


def told(found: Generated) -> list[str]:
    """Line by line."""
    several = f"{len(found.made)} structures: " if len(found.made) > 1 else ""
    rows, columns = found.aim.shape
    scale = "" if found.aim.step is None else f", {found.aim.step:.4g} um a pixel"
    lines = [f"{several}{columns} x {rows} pixels{scale}, periodic; asked, wanted (true ones, read alike) and got:"]
    lines += [_line(line) for line in found.sheet.lines]
    lines.append(f"verdict: {found.sheet.verdict}")
    like = None if found.seen is None else found.seen.structure
    if like is not None and (like.orientations is not None or like.phases):
        lines.append(UNMATCHED)
    return [
        *lines,
        *(f"WARNING: {one}" for one in found.sheet.doubts),
        *(f"FAILED: {why}" for why in found.failed.values()),
    ]


def _line(line: Line) -> str:
    got = f"{_number(line.got)} +- {1.96 * line.got_error:.2g}" if line.got_error else _number(line.got)
    mark = "  <- differs" if line.differs else ""
    return f"  {line.title:38} {_number(line.asked):>9} {_number(line.wanted):>9} {got:>18} {line.unit}{mark}"


def _number(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:,.0f}" if value >= 1000 else f"{value:.4g}"
