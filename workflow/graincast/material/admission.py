"""Which measured maps can be evaluated: growth must be simulated from them, and enough of them must be scored.

A map for which that does not hold is left out with a reason, and the others go on. A file that is damaged, or that is
no map, is an error of its reader and ends the run before it comes here.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from graincast.base.errors import GraincastError
from graincast.base.storage import write_text
from graincast.material import datasets
from graincast.material.datasets import FEWEST_SCORED, DataSet, Parts, Simulation
from graincast.material.measured import cleaned
from graincast.material.networks.evolution import Unsound

COLUMNS = ("map", "reason")


class LeftOut(Exception):
    """A map cannot be evaluated; the text says why."""


def simulation(dataset: DataSet, chosen: Parts, path: Path) -> Simulation:
    """The growth of the cleaned map in a file, or `LeftOut`."""
    if reason := cleaned.why_absent(path):
        raise LeftOut(reason)
    try:
        grown = datasets.simulate_map(dataset, chosen, path)
    except Unsound as unsound:
        raise LeftOut(f"no start: {unsound}") from unsound
    except GraincastError as error:
        if isinstance(error.__cause__, Unsound):  # the solver gave up; any other error is the file's
            raise LeftOut(f"cannot be evolved: {error.__cause__}") from error
        raise
    _check_scored(dataset, grown)
    return grown


def _check_scored(dataset: DataSet, grown: Simulation) -> None:
    """`LeftOut` if the margin leaves too little of the map, which is a quarter of its box."""
    shape = dataset.frames.shape(grown.networks[0].box)
    scored = dataset.scored(shape)
    if scored is not None and not scored.any():
        raise LeftOut(
            f"too small: {shape[1] // 2} x {shape[0] // 2} pixels of the images, and of what is left within the margin "
            f"of {dataset.structure['margin']} (key 'margin') less is scored than {FEWEST_SCORED} mean grains"
        )


def write(path: Path, reasons: Mapping[str, str]) -> None:
    """Why each map is left out as CSV, a row a map; empty for one that is not."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    rows.writerows(reasons.items())
    write_text(path, text.getvalue())


def read(path: Path) -> dict[str, str]:
    """The maps and reasons of a CSV that `write` wrote."""
    try:
        header, *rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines(), strict=True))
        reasons = dict(rows)
    except (OSError, ValueError, csv.Error) as error:
        raise GraincastError(f"{path}: does not say which maps are evaluated: delete it and run again") from error
    if tuple(header) != COLUMNS:
        raise GraincastError(f"{path}: has the columns {header}, expected {list(COLUMNS)}: delete it and run again")
    return reasons


def read_all(paths: Sequence[Path]) -> dict[str, str]:
    """The maps and reasons of several files, one after the other."""
    return {name: reason for path in paths for name, reason in read(path).items()}


def admitted(reasons: Mapping[str, str]) -> tuple[str, ...]:
    """The maps that are evaluated."""
    return tuple(name for name, reason in reasons.items() if not reason)


def left_out(reasons: Mapping[str, str]) -> dict[str, str]:
    """Why the other maps are not."""
    return {name: reason for name, reason in reasons.items() if reason}
