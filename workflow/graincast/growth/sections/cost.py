"""The report's section on speed: who is faster at equal error, and when a model repays its data and training."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from graincast.base import table
from graincast.base.errors import GraincastError
from graincast.growth.figures.cost_charts import Entries, error_against_seconds
from graincast.growth.timing.comparison import CRITERIA, comparisons, entries, error
from graincast.report.parts import Chart, Format, Part, Section, Table, Words

HEADLINE = next(iter(CRITERIA))  # the criterion of the sentences
CLOCKS = {
    "one by one": "cpu_seconds_alone",
    "one by one (wall)": "wall_seconds_alone",
    "all at once": "cpu_seconds_together",
    "all at once (wall)": "wall_seconds_together",
    "GPU, one by one": "gpu_seconds_alone",
    "GPU, all at once": "gpu_seconds_together",
}
ERRORS = {"crisp SSIM": "crisp_ssim", "own SSIM": "ssim", "mean radius error": "mean_radius_error"}
NOTE = (
    "Model (first training seed) and solver forecast the same frames from the same first one, given as pixels, in "
    "turn, one process: the solver's time holds tracing the grain map, the evolution and an image of every frame. "
    "Medians over rounds. CPU: seconds of computing, which neighbours on the machine change little; on a GPU, the "
    "wall. Comparisons take the faster way of each. Data (training and validation simulations) and training: wall "
    "time of their jobs, waiting included; a resumed training counts from where it was resumed. A model that learns "
    "nothing needs neither. The truth is this solver's own, from the true network: its errors say what pixels and long "
    "segments cost, and not how far it is from a metal."
)


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


def section(speeds: Mapping[str, Speed], models: Sequence[str]) -> Section:
    """The section, with what was timed for the models of each training data set."""
    parts = [part for name, speed in speeds.items() for part in _of_dataset(name, speed, models)]
    return Section("speed", "Speed", [*parts, Words([NOTE], "note")])


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


def _of_dataset(name: str, speed: Speed, models: Sequence[str]) -> Iterator[Part]:
    timed, compared, machine = entries(speed.rows), comparisons(speed.rows, models), speed.machine
    gpu = f" and {machine['gpu']}" if machine["gpu"] else ""
    about = f"At equal error ({CRITERIA[HEADLINE]}), on {machine['processor']}{gpu}, {machine['threads']} thread each:"
    yield Words([about], "note", f"Trained on {name}, timed on {speed.rows['case'].iloc[0]}")
    yield Words([sentence(row) for row in compared if row["criterion"] == HEADLINE], "list")
    yield _figure(name, timed, models)
    yield _times(name, timed)
    yield _comparisons(name, compared)


def _figure(name: str, timed: Entries, models: Sequence[str]) -> Chart:
    errors = ", ".join(f"{label} {error(HEADLINE, row[HEADLINE]):.3f}" for label, row in timed.items())
    caption = (
        "Error against seconds per sequence, lower left is better, hollow on a GPU; numbers beside the line: the "
        "solver's segment, in sides of the mean grain."
    )
    alt = f"{CRITERIA[HEADLINE]} against seconds per sequence. Errors: {errors}."
    return Chart(f"speed_{name}", error_against_seconds(timed, models), caption, alt)


def _times(name: str, timed: Entries) -> Table:
    rows = [
        {
            "milliseconds per sequence": label,
            **{words: 1000 * row.get(f"{clock}_median", math.nan) for words, clock in CLOCKS.items()},
            **{words: row[score] for words, score in ERRORS.items()},
        }
        for label, row in timed.items()
    ]
    formats = {**dict.fromkeys(CLOCKS, "{:.3g}"), **dict.fromkeys(ERRORS, "{:.4f}")}
    return Table(f"speed_times_{name}", pd.DataFrame(rows), "Times of models and solver", formats)


def _comparisons(name: str, compared: Sequence[Mapping[str, Any]]) -> Table:
    rows = [
        {
            "model": row["model"],
            "device": row["device"],
            "equal in": CRITERIA[row["criterion"]],
            "error": row["error"],
            "time, ms": 1000 * row["seconds"],
            "fastest solver no worse": row["solver"] or "none that was tried",
            "its error": row["solver_error"],
            "its time, ms": 1000 * row["solver_seconds"],
            "data and training, s": row["cost_seconds"],
            "repaid from sequence": row["break_even"],
        }
        for row in compared
    ]
    return Table(f"speed_compared_{name}", pd.DataFrame(rows), "Models against the solver at equal error", COMPARED)


def _cost(seconds: float) -> str:
    return "unknown" if math.isnan(seconds) else f"{seconds:.0f}"


def _time(seconds: float) -> str:
    return f"{1000 * seconds:.3g} ms"


COMPARED: Mapping[str, Format] = {
    "error": "{:.4f}",
    "time, ms": "{:.3g}",
    "its error": "{:.4f}",
    "its time, ms": "{:.3g}",
    "data and training, s": _cost,
    "repaid from sequence": break_even,
}
