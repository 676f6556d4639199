"""What the foundation offers to a notebook: grains read from a file or an array, measured, exported."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from graincast.material import opened
from graincast.material.exports import named, stray_pieces
from graincast.material.measured.map_rows import Cleaning
from graincast.material.microstructure import Microstructure

if TYPE_CHECKING:
    import pandas as pd

    from graincast.material.grain_size.one_picture import GrainSize

__all__ = ["export", "measure", "read"]
Source = str | Path | NDArray | Microstructure


@dataclass(frozen=True)
class MeasuredGrains:
    """Grains, a table of them, and their ASTM E112 grain size if they have a scale."""

    structure: Microstructure
    grains: "pd.DataFrame"  # a row a grain, as grains.csv
    grain_size: "GrainSize | None"


def read(
    source: str | Path | NDArray,
    pixel_size: float | None = None,
    *,
    kind: str = "auto",
    periodic: bool = False,
    cleaning: Cleaning | None = None,
) -> opened.Opened:
    """The grains of a picture, an EBSD map, a grain map or an array, with what was decided on the way."""
    if isinstance(source, np.ndarray):
        return opened.of_array(source, pixel_size, kind, periodic)
    return opened.opened(Path(source), pixel_size, kind, cleaning, periodic)


def measure(source: Source, pixel_size: float | None = None, *, kind: str = "auto") -> MeasuredGrains:
    """The grains of a source, measured."""
    import pandas as pd

    from graincast.material import grain_table
    from graincast.material.grain_size import one_picture

    structure = source if isinstance(source, Microstructure) else read(source, pixel_size, kind=kind).structure
    whole, _ = stray_pieces.mended(structure)
    size = None if whole.step is None or whole.labels.ndim != 2 else one_picture.measured(whole)
    return MeasuredGrains(whole, pd.DataFrame(grain_table.columns(whole)), size)


def export(
    structure: Microstructure, folder: str | Path, names: str | Sequence[str], stem: str = "grains"
) -> list[Path]:
    """Write a structure in formats such as 'tiff,vti' and give the files."""
    chosen = named.parse(names if isinstance(names, str) else ",".join(names))
    Path(folder).mkdir(parents=True, exist_ok=True)
    return named.write(chosen, Path(folder), stem, stray_pieces.mended(structure)[0])
