"""All models of a check one after the other, each with its share of the time that is left, and the tables.

    scores.parquet   the one table: every score of every model
    gpu_check.csv    a row a model: mean scores, speed, memory, share of the card's peak
    gpu_check.json   the same with the machine, versions and commit, and what failed

They are written anew after each model, so a run that is cut off leaves those of the models that it finished.
"""

import csv
import io
import json
import statistics
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from gpu_check import card, checking
from gpu_check.checking import Entry

from graincast.base import provenance, table
from graincast.base.command import log
from graincast.base.errors import GraincastError, Interrupted
from graincast.base.storage import write_text
from graincast.training import devices

THREADS = 1  # of the CPU beside a card; all there are where there is none would be another study
PRINTED = ("model", "ssim", "epochs", "training_samples_per_second", "training_share_of_peak")
PRINTED += ("forecast_samples_per_second", "forecast_share_of_peak", "training_peak_gib", "failed")


def run(data: Path, output: Path, ends: float, models: Sequence[str] | None, asked: Callable[[], bool]) -> None:
    """Check the models until `ends` on the monotonic clock; an error at the end if any failed."""
    devices.bound_threads(THREADS)
    devices.keep_memory()
    described, entries = read(data, models)
    results: dict[Entry, dict[str, Any]] = {}
    with devices.device() as device:
        about = {"prepared": described, "commit": provenance.commit_of_the_code(), **card.about(device)}
        for left, entry in zip(range(len(entries), 0, -1), entries, strict=True):
            seconds = (ends - time.monotonic()) / left
            log.info("%s of %s: %.0f s", entry.name, entry.study, seconds)
            try:
                results[entry] = checking.check(entry, entry.folder(output), seconds, device, asked)
            except Interrupted:
                raise
            except Exception as error:  # whatever a model does, the others go on
                log.warning("%s failed: %s", entry.name, traceback.format_exc())
                results[entry] = {"failed": f"{type(error).__name__}: {error}"}
            _write(output, results, about)
    print(_printed(_rows(results)))
    failed = [entry.name for entry, result in results.items() if "failed" in result]
    if failed:
        raise GraincastError(f"{len(failed)} of {len(entries)} models failed: {', '.join(failed)} (see above)")


def read(data: Path, models: Sequence[str] | None) -> tuple[dict[str, Any], list[Entry]]:
    """What was prepared, and the models that are asked for."""
    try:
        described = json.loads((data / "check.json").read_text())
    except OSError as error:
        raise GraincastError(f"{data}: holds no check.json: make it with `prepare`") from error
    known = [
        Entry(study, name, about["dataset"], data / study)
        for study, about in described["studies"].items()
        for name in about["models"]
    ]
    unknown = sorted(set(models or ()) - {entry.name for entry in known})
    if unknown:
        names = ", ".join(entry.name for entry in known)
        raise GraincastError(f"--models: there is no '{unknown[0]}' in {data} (choices: {names})")
    return described, [entry for entry in known if models is None or entry.name in models]


def _write(output: Path, results: Mapping[Entry, dict[str, Any]], about: Mapping[str, Any]) -> None:
    """The three tables."""
    scores = [row for result in results.values() for row in result.get("rows", ())]
    rows = _rows(results)
    table.write(output / "scores.parquet", next(iter(results)).study, scores)  # but each row has its own
    write_text(output / "gpu_check.json", json.dumps({**about, "models": rows}, indent=2) + "\n")
    text = io.StringIO()
    single = [{key: value for key, value in row.items() if not isinstance(value, list)} for row in rows]
    writer = csv.DictWriter(text, list(dict.fromkeys(key for row in single for key in row)), lineterminator="\n")
    writer.writeheader()
    writer.writerows([{key: _rounded(value) for key, value in row.items()} for row in single])
    write_text(output / "gpu_check.csv", text.getvalue())


def _rows(results: Mapping[Entry, dict[str, Any]]) -> list[dict[str, Any]]:
    """A row a model, with the means of its scores."""
    rows = []
    for entry, result in results.items():
        scores: dict[str, list[float]] = {}
        for row in result.get("rows", ()):
            scores.setdefault(row["score"], []).append(row["value"])
        means = {score: statistics.mean(values) for score, values in scores.items()}
        others = {key: value for key, value in result.items() if key != "rows"}
        rows.append({"study": entry.study, "model": entry.name, "dataset": entry.dataset, **means, **others})
    return rows


def _rounded(value: Any) -> Any:
    return f"{value:.4g}" if isinstance(value, float) else value


def _printed(rows: Sequence[Mapping[str, Any]]) -> str:
    """A short table."""
    columns = [name for name in PRINTED if any(row.get(name) is not None for row in rows)]
    cells = [
        columns,
        *(["" if row.get(name) is None else str(_rounded(row[name])) for name in columns] for row in rows),
    ]
    widths = [max(len(line[at]) for line in cells) for at in range(len(columns))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in cells)
    return "\n".join(line.rstrip() for line in lines)
