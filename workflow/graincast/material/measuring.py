"""What commands that measure several files share: a folder each, what is written of one, what is told of all."""

import json
from collections.abc import Mapping, Sequence
from itertools import chain, count
from pathlib import Path
from typing import Any

from graincast.material import grain_table
from graincast.material.exports import named, tiff
from graincast.material.grain_size import one_picture, overlay, several_fields, telling
from graincast.material.grain_size.one_picture import GrainSize
from graincast.material.microstructure import Microstructure

Told = dict[str, Any]  # of a file: `file`, `in_grain_size`, `same_as`, and what else a command tells


def folders(paths: Sequence[Path], output: Path | None, prefix: str) -> list[Path]:
    """Where what is measured of each file goes; files of one name get numbers."""
    if output is not None and len(paths) == 1:
        return [output]
    names: list[str] = []
    for path in paths:
        numbered = (f"{path.stem}_{number}" for number in count(2))
        names.append(next(name for name in chain([path.stem], numbered) if name not in names))
    return [Path(f"{prefix}_{name}") if output is None else output / name for name in names]


def written(
    folder: Path,
    structure: Microstructure,
    exports: tuple[str, ...],
    more: Mapping[str, Any] | None = None,
) -> list[GrainSize]:
    """Write what is measured of one file, with `more` columns of grains; its grain size, if it has a scale."""
    tiff.write(folder / "labels.tif", structure)
    grain_table.write_columns(folder / "grains.csv", grain_table.columns(structure) | dict(more or {}))
    named.write(exports, folder, "grains", structure)
    if structure.step is None:
        return []
    size = one_picture.measured(structure)
    overlay.write(folder / "grain_size.png", structure.labels, size)
    return [size]


def tell(told: Sequence[Told], sizes: Sequence[GrainSize], refused: Mapping[str, str], as_json: bool) -> None:
    """Print the grain size over all files, and which are not in it."""
    over = several_fields.over_fields(sizes) if sizes else None
    if as_json:
        record = None if over is None else several_fields.record_of_fields(over)
        print(json.dumps({"files": told, "refused": refused, "grain_size": record}, indent=1))
        return
    print("".join(f"not measured: {reason}\n" for reason in refused.values()), end="")
    if over is None:
        print("no ASTM grain size: it needs the size of a pixel (--pixel-size)")
        return
    unscaled = [str(one["file"]) for one in told if not one["in_grain_size"] and not one["same_as"]]
    if unscaled:
        print(f"not in the grain size, for want of a scale: {', '.join(unscaled)}")
    print("\n".join(telling.sentences(over)))
