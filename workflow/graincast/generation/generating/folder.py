"""What generated structures leave in a folder: maps, boundaries, tables, figures, the sheet; and the same as values."""

import csv
import math
from pathlib import Path
from typing import Any

from graincast.base.storage import written
from graincast.generation.figures import sheet_chart, structure_picture
from graincast.generation.generating import whole_grains
from graincast.generation.generating.asked_and_got import Line
from graincast.generation.generating.making import Generated
from graincast.material import grain_table
from graincast.material.exports import named, tiff
from graincast.material.networks import network_file
from graincast.report import style

HEAD = ("structure", "quantity", "unit", "asked", "wanted", "wanted_error", "got", "got_error", "differs")


def write(folder: Path, found: Generated, exports: tuple[str, ...]) -> None:
    """Write all; structures of several have their numbers in the names of their files."""
    for one in found.made:
        number = f"_{one.number}" if len(found.made) + len(found.failed) > 1 else ""
        tiff.write(folder / f"grains{number}.tif", one.structure)
        named.write([name for name in exports if name != "tiff"], folder, f"grains{number}", one.structure)
        grain_table.write_columns(folder / f"grains{number}.csv", whole_grains.columns(one.structure))
        network_file.write(folder / f"boundaries{number}.npz", one.network, one.structure.step)
    _write_sheet(folder / "asked_and_got.csv", found)
    style.save(sheet_chart.chart(found.sheet), folder / "asked_and_got.png")
    style.save(_picture(found), folder / "structures.png")


def rows(found: Generated) -> list[dict[str, Any]]:
    """The sheet as plain rows: of all structures together, then of each, if there are several."""
    groups: list[tuple[str, tuple[Line, ...]]] = [("all", found.sheet.lines)]
    if len(found.made) > 1:
        groups += [(str(one.number), lines) for one, lines in zip(found.made, found.sheet.each, strict=True)]
    return [
        dict(zip(HEAD, (name, line.name, line.unit, *_values(line), line.differs), strict=True))
        for name, lines in groups
        for line in lines
    ]


def record(found: Generated) -> dict[str, Any]:
    """All that is told, for JSON."""
    return {
        "structures": [
            {"number": one.number, "grains": one.structure.grains, "pixels": list(one.structure.labels.shape)}
            for one in found.made
        ],
        "step_um": found.aim.step,
        "conditions": found.aim.conditions._asdict(),
        "asked_and_got": rows(found),
        "verdict": found.sheet.verdict,
        "warnings": [*found.sheet.doubts, *found.failed.values()],
    }


def _values(line: Line) -> tuple[float | None, ...]:
    values = (line.asked, line.wanted, line.wanted_error, line.got, line.got_error)
    return tuple(None if math.isnan(value) else value for value in values)


def _write_sheet(path: Path, found: Generated) -> None:
    with written(path) as partial, open(partial, "w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(HEAD)
        for row in rows(found):
            writer.writerow([f"{value:.6g}" if isinstance(value, float) else value for value in row.values()])


def _picture(found: Generated) -> Any:
    """The map that they are like, if there is one, and some of the structures."""
    shown = found.made[: structure_picture.MOST]
    maps = [one.structure.labels for one in shown]
    widths = [one.shape[1] / found.aim.wanted.values["mean_diameter"] for one in maps]
    titles = [f"structure {one.number}, periodic: {one.structure.grains} grains" for one in shown]
    if found.seen is not None:
        labels = found.seen.structure.labels
        maps.insert(0, labels)
        widths.insert(0, labels.shape[1] / found.seen.own.values["mean_diameter"])
        titles.insert(0, f"the map: {found.seen.structure.grains} grains")
    return structure_picture.side_by_side(maps, titles, widths)
