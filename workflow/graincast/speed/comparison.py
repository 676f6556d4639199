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
    """The smallest number n of sequences with cost + n model < n solver; infinite where there is none."""
    gain = solver_seconds - model_seconds
    if math.isnan(cost) or math.isnan(gain):
        return math.nan
    return math.inf if gain <= 0 else math.floor(cost / gain) + 1.0


def at_equal_error(largest: float, settings: Mapping[str, tuple[float, float]]) -> str | None:
    """The fastest of the settings (error, seconds) whose error is no larger; None if all are worse."""
    good = {name: seconds for name, (reached, seconds) in settings.items() if reached <= largest}
    return min(good, key=lambda name: good[name]) if good else None


def wide(speeds: pd.DataFrame) -> pd.DataFrame:
    """One row for everyone who was timed: scores as columns, in the order of the table."""
    rows = speeds.pivot_table(index="model", columns="score", values="value", sort=False, observed=True)
    return rows.reindex(list(dict.fromkeys(speeds["model"])))


def seconds(row: pd.Series, device: str) -> float:
    """Per sequence, the faster way; nan where the device was not there."""
    found = [row.get(f"{device}_seconds_{way}_median", math.nan) for way in ("alone", "together")]
    return float(min(found))


def comparisons(speeds: pd.DataFrame, models: Sequence[str]) -> list[dict[str, Any]]:
    """A row for each model, device and criterion, from the table of one data set."""
    timed = wide(speeds)
    solver = timed.drop(index=list(models))
    found = []
    for model in models:
        for device in DEVICES:
            own = seconds(timed.loc[model], device)
            if not math.isnan(own):
                found += [_compared(timed.loc[model], own, device, criterion, solver) for criterion in CRITERIA]
    return found


def _compared(model: pd.Series, own: float, device: str, criterion: str, solver: pd.DataFrame) -> dict[str, Any]:
    reached = error(criterion, model[criterion])
    settings = {
        str(name): (error(criterion, row[criterion]), seconds(row, "cpu")) for name, row in solver.iterrows()
    }
    chosen = at_equal_error(reached, settings)
    theirs = math.nan if chosen is None else settings[chosen][1]
    cost = sum(model.get(name, math.nan) for name in COSTS)
    return {
        "model": str(model.name),
        "device": device,
        "criterion": criterion,
        "error": reached,
        "seconds": own,
        "solver": chosen,
        "solver_seconds": theirs,
        "cost_seconds": cost,
        "break_even": break_even(cost, own, theirs),
    }
