"""Models against the solver at equal error: who is faster, and how many sequences repay data and training.

A model is set against the fastest setting of the solver whose error is no larger than the model's. Seconds are those of
the faster way, one sequence at a time or all at once: computing time of one thread on a CPU, wall time on a GPU.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

CRITERIA = {"crisp_ssim": "1 - SSIM of the crisp image", "mean_radius_error": "error of the mean radius"}
DEVICES = ("cpu", "gpu")  # the clocks of speed.timing that count
COSTS = ("data_seconds", "training_seconds")


def error(criterion: str, value: float) -> float:
    """A score as an error: smaller is better."""
    return 1 - value if criterion.endswith("ssim") else value


def break_even(cost: float, model_seconds: float, solver_seconds: float) -> float:
    """The smallest n with cost + n model < n solver; infinite where there is none, nan where it cannot be known."""
    gain = solver_seconds - model_seconds
    if gain <= 0:
        return math.inf
    return math.floor(cost / gain) + 1.0 if math.isfinite(cost / gain) else math.nan


def at_equal_error(largest: float, settings: Mapping[str, tuple[float, float]]) -> str | None:
    """The fastest of the settings (error, seconds) whose error is no larger; None if all are worse."""
    good = {name: seconds for name, (reached, seconds) in settings.items() if reached <= largest}
    return min(good, key=lambda name: good[name]) if good else None


def entries(speeds: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Scores of everyone who was timed, by name, in the order of the table of one data set."""
    return {
        str(name): dict(zip(rows["score"], rows["value"], strict=True))
        for name, rows in speeds.groupby("model", sort=False)
    }


def seconds(entry: Mapping[str, Any], device: str) -> float:
    """Per sequence, the faster way; nan where the device was not there."""
    return float(min(entry.get(f"{device}_seconds_{way}_median", math.nan) for way in ("alone", "together")))


def comparisons(speeds: pd.DataFrame, models: Sequence[str]) -> list[dict[str, Any]]:
    """A row for each model, device and criterion, from the table of one data set."""
    timed = entries(speeds)
    solver = {name: entry for name, entry in timed.items() if name not in models}
    return [
        {"model": model, "device": device, "criterion": criterion, **_compared(timed[model], device, criterion, solver)}
        for model in models
        for device in DEVICES
        if not math.isnan(seconds(timed[model], device))
        for criterion in CRITERIA
    ]


def _compared(
    model: Mapping[str, Any], device: str, criterion: str, solver: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    settings = {
        name: (error(criterion, entry[criterion]), seconds(entry, DEVICES[0])) for name, entry in solver.items()
    }
    reached, own = error(criterion, model[criterion]), seconds(model, device)
    chosen = at_equal_error(reached, settings)
    solver_error, solver_seconds = settings[chosen] if chosen else (math.nan, math.nan)
    cost = sum(model.get(name, math.nan) for name in COSTS)
    return {
        "error": reached,
        "seconds": own,
        "solver": chosen,
        "solver_error": solver_error,
        "solver_seconds": solver_seconds,
        "cost_seconds": cost,
        "break_even": break_even(cost, own, solver_seconds),
    }
