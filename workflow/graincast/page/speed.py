"""The report's section on speed: who is faster at equal error, and when a model repays its data and training."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from graincast.errors import GraincastError
from graincast.figures.speed import Entries, error_against_seconds
from graincast.page.page import Picture, pictured
from graincast.scores import table
from graincast.speed.comparison import CRITERIA, comparisons, entries, error
from graincast.storage import written

HEADLINE = next(iter(CRITERIA))  # the criterion of the sentences


@dataclass(frozen=True)
class Speed:
    """What was timed for the models of one training data set."""

    rows: pd.DataFrame
    machine: dict[str, Any]


def read(path: Path, machine: Path) -> Speed:
    """The table and what it was measured on."""
    try:
        return Speed(table.read(path), json.loads(machine.read_text()))
    except ValueError as error:
        raise GraincastError(f"{machine}: is damaged, expected JSON: delete it and run again") from error


def sections(folder: Path, speeds: Mapping[str, Speed], models: Sequence[str]) -> list[dict[str, Any]]:
    """Of each training data set, what the page shows; the comparisons also as tables/speed.csv."""
    compared = {name: comparisons(speed.rows, models) for name, speed in speeds.items()}
    lines = [{"trained on": name, **row} for name, rows in compared.items() for row in rows]
    with written(folder / "tables" / "speed.csv") as partial:
        pd.DataFrame(lines).to_csv(partial, index=False)
    return [_section(folder, name, speed, compared[name], models) for name, speed in speeds.items()]


def sentence(row: Mapping[str, Any]) -> str:
    """One comparison in words."""
    start = f"{row['model']} ({row['device'].upper()}) takes {_time(row['seconds'])} a sequence"
    if row["solver"] is None:
        return f"{start}; no setting of the solver that was tried reaches its error of {row['error']:.3f} from pixels."
    solver = (
        f"{row['solver']} takes {_time(row['solver_seconds'])}, for an error of {row['solver_error']:.3f} "
        f"instead of {row['error']:.3f}"
    )
    ratio = row["seconds"] / row["solver_seconds"]
    if math.isinf(row["break_even"]):
        return f"{start} and is slower than the solver, by a factor of {ratio:.3g}: {solver}. It never repays its cost."
    return f"{start} and is faster than the solver, by a factor of {1 / ratio:.3g}: {solver}. {_repaid(row)}"


def break_even(number: float) -> str:
    """A break-even count as the page shows it."""
    if math.isnan(number):
        return "unknown"
    return "never" if math.isinf(number) else f"{number:.0f}"


def _repaid(row: Mapping[str, Any]) -> str:
    if math.isnan(row["cost_seconds"]):
        return "What its data and training cost is not known."
    if row["cost_seconds"] == 0:
        return "It learns nothing, so there is nothing to repay."
    return f"It repays {row['cost_seconds']:.0f} s of data and training from {row['break_even']:.0f} sequences on."


def _section(
    folder: Path, name: str, speed: Speed, compared: list[dict[str, Any]], models: Sequence[str]
) -> dict[str, Any]:
    timed = entries(speed.rows)
    return {
        "trained_on": name,
        "case": speed.rows["case"].iloc[0],
        "criterion": CRITERIA[HEADLINE],
        "machine": speed.machine,
        "sentences": [sentence(row) for row in compared if row["criterion"] == HEADLINE],
        "figure": _figure(folder, name, timed, models),
        "timed": [{"name": label, **row} for label, row in timed.items()],
        "compared": [_shown(row) for row in compared],
    }


def _figure(folder: Path, name: str, timed: Entries, models: Sequence[str]) -> Picture:
    errors = ", ".join(f"{label} {error(HEADLINE, row[HEADLINE]):.3f}" for label, row in timed.items())
    caption = (
        "Error against seconds per sequence, lower left is better; numbers beside the line: the solver's segment, "
        "in sides of the mean grain."
    )
    alt = f"{CRITERIA[HEADLINE]} against seconds per sequence. Errors: {errors}."
    return pictured(folder, f"speed_{name}", error_against_seconds(timed, models), caption, alt, "speed")


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """A comparison with its numbers as words."""
    return {
        **row,
        "criterion": CRITERIA[row["criterion"]],
        "seconds": _time(row["seconds"]),
        "solver": row["solver"] or "none that was tried",
        "solver_error": f"{row['solver_error']:.4f}" if row["solver"] else "",
        "solver_seconds": _time(row["solver_seconds"]),
        "cost": "unknown" if math.isnan(row["cost_seconds"]) else f"{row['cost_seconds']:.0f} s",
        "break_even": break_even(row["break_even"]),
    }


def _time(seconds: float) -> str:
    return "" if math.isnan(seconds) else f"{1000 * seconds:.3g} ms"
