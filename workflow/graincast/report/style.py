"""One look for all figures: colours that colour-blind readers can tell apart, on white so that they print."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from graincast.base.storage import written

# Okabe and Ito 2008
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
SETTINGS: dict[Any, Any] = {
    "font.size": 9,
    "axes.titlesize": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "legend.frameon": False,
    "savefig.dpi": 150,
    "svg.hashsalt": "graincast",
    "figure.max_open_warning": 0,  # the report draws its figures first and writes them then
}
NO_TIME_OR_VERSION: dict[str, Any] = {
    "png": {"Software": None},
    "pdf": {"Creator": None, "Producer": None, "CreationDate": None},
}
plt.rcParams.update(SETTINGS)


def colour_of(names: Sequence[str]) -> dict[str, str]:
    """A colour for every name, the same whatever figure it is in."""
    return {name: COLOURS[index % len(COLOURS)] for index, name in enumerate(names)}


def drawn(figure: Figure, kind: Literal["png", "pdf"]) -> bytes:
    """The figure as a file of this kind: the same bytes every time."""
    file = BytesIO()
    figure.savefig(file, format=kind, metadata=NO_TIME_OR_VERSION[kind])
    return file.getvalue()


def save(figure: Figure, path: Path) -> None:
    """Write a figure as PNG, whole or not at all."""
    with written(path) as partial:
        partial.write_bytes(drawn(figure, "png"))
    plt.close(figure)
