"""The sheet "asked and got" as a figure: differences beside what chance leaves open, and both two-point statistics."""

import math
from collections.abc import Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from graincast.generation.generating.asked_and_got import WITHOUT_VERDICT, Line, Sheet
from graincast.generation.generating.grain_statistics import PLACES
from graincast.report.style import COLOURS

INTERVAL = 1.96  # standard errors


def chart(sheet: Sheet) -> Figure:
    """Differences on the left, same-grain chances on the right."""
    lines = [line for line in sheet.lines if line.name not in WITHOUT_VERDICT]
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(10.4, 0.6 + 0.36 * (len(lines) + 1)), width_ratios=(1.5, 1), layout="constrained"
    )
    _differences(left, lines)
    _same_grain(right, sheet)
    return figure


def _differences(panel: Axes, lines: Sequence[Line]) -> None:
    """Relative differences of what was got from what was wanted, with their 95 % intervals."""
    panel.axvline(0, color="#777777", linewidth=1)
    for row, line in enumerate(reversed(lines)):
        scale = 100 / abs(line.wanted)
        error = INTERVAL * scale * math.hypot(line.wanted_error, line.got_error)
        colour = COLOURS[1] if line.differs else COLOURS[0]
        marker = "D" if line.differs else "o"
        panel.errorbar(scale * (line.got - line.wanted), row, xerr=error, fmt=marker, color=colour, capsize=3)
    texts = [f"{line.title}\n{_number(line.wanted)} → {_number(line.got)} {_unit(line)}" for line in reversed(lines)]
    panel.set_yticks(range(len(lines)), texts, fontsize=8)
    panel.set(xlabel="got less wanted (%), 95 % interval", ylim=(-0.6, len(lines) - 0.4))
    panel.set_title("wanted → got: blue discs within chance or 3 %, orange diamonds beyond", fontsize=8.5)


def _same_grain(panel: Axes, sheet: Sheet) -> None:
    for curve, name, look in zip(sheet.wanted, ("x", "y"), ("-", "--"), strict=True):
        panel.plot(PLACES, curve, look, color="#777777", label=f"wanted, along {name}")
    for curve, name, mark in zip(sheet.got, ("x", "y"), ("o", "x"), strict=True):
        panel.plot(PLACES, curve, mark, color=COLOURS[0], markersize=4, label=f"got, along {name}")
    panel.set(xlabel="distance (mean diameters)", ylabel="chance that two pixels share a grain", ylim=(0, 1))
    panel.legend()


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def _unit(line: Line) -> str:
    return line.unit.replace("um", "µm").replace("of the area", "").replace("mean diameters", "")
