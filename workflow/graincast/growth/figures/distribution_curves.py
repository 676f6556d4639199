"""Distributions of grain size and of sides of the data sets, at t = 0 and at the end."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from graincast.report import charts

Ends = Mapping[str, tuple[NDArray, NDArray]]  # values at t = 0 and in the last frame, by data set
FEWEST_BINS, MOST_BINS = 12, 40
SIDES = np.arange(2, 13)
START, END = "t = 0", "end"
HILLERT = "Hillert's mean field"
BY_NUMBER, BY_AREA = "by number", "by area"
POWERS = {BY_NUMBER: 0, BY_AREA: 2}  # of the radius, that a grain is weighted with


def hillert(relative_radius: NDArray[np.float64]) -> NDArray[np.float64]:
    """Hillert's 2-D mean-field density of R / <R> (Hillert 1965), for orientation; the mean is the critical radius."""
    u = np.minimum(relative_radius, 2 - 1e-9)
    density = (2 * math.e) ** 2 * 2 * u / (2 - u) ** 4 * np.exp(-4 / (2 - u))
    return np.where((relative_radius > 0) & (relative_radius < 2), density, 0.0)


def size_distributions(ends: Ends, weighting: str) -> Any:
    """Density of R / <R> at both ends, a panel a data set, each grain weighted alike or with its area."""
    rows = [row for name, values in ends.items() for row in _sizes(name, values, POWERS[weighting])]
    drawn = pd.concat(rows, ignore_index=True)
    if weighting == BY_NUMBER:
        fine = np.linspace(0, 2, 41)
        lines = [
            pd.DataFrame({"data set": name, "when": HILLERT, "value": fine, "mean": hillert(fine)}) for name in ends
        ]
        drawn = pd.concat([drawn, *lines], ignore_index=True)
    return _at_both_ends(drawn, "R / mean R", f"density {weighting}", ".3f")


def side_distributions(ends: Ends) -> Any:
    """Share of grains with each number of sides at both ends, a panel a data set; the last holds all beyond it."""
    rows = [row for name, values in ends.items() for row in _sides(name, values)]
    return _at_both_ends(pd.concat(rows, ignore_index=True), f"sides ({SIDES[-1]}: or more)", "share of grains", ".1%")


def _at_both_ends(drawn: pd.DataFrame, axis: str, measure: str, form: str) -> Any:
    look = charts.series([START, END], {HILLERT: ":"}, set(drawn["when"]), "when")
    tooltip = [
        "data set:N",
        "when:N",
        alt.Tooltip("value:Q", format=".3g"),
        alt.Tooltip("mean:Q", title=measure, format=form),
    ]
    y = alt.Y("mean:Q", title=measure)
    layers = charts.means(alt.X("value:Q", title=axis), y, look, [*tooltip, "grains:Q"], "step")
    names = list(dict.fromkeys(drawn["data set"]))
    return charts.finished(
        charts.panels(layers, drawn, "data set", names).resolve_scale(x="independent", y="independent")
    )


def _sizes(name: str, values: tuple[NDArray, NDArray], power: int) -> Iterator[pd.DataFrame]:
    """Densities in bins that both ends share."""
    largest = max([2.5, *(1.05 * value.max() for value in values if len(value))])
    bins = np.linspace(0, largest, int(np.clip(np.sqrt(len(values[0])), FEWEST_BINS, MOST_BINS)) + 1)
    for value, when in zip(values, (START, END), strict=True):
        if len(value):
            density, _ = np.histogram(value, bins, density=True, weights=value**power)
            yield _of_one(name, when, (bins[1:] + bins[:-1]) / 2, density, len(value))


def _sides(name: str, values: tuple[NDArray, NDArray]) -> Iterator[pd.DataFrame]:
    for value, when in zip(values, (START, END), strict=True):
        if len(value):
            shares = np.mean(np.clip(value, SIDES[0], SIDES[-1]) == SIDES[:, None], axis=1)
            yield _of_one(name, when, SIDES, shares, len(value))


def _of_one(name: str, when: str, value: NDArray, mean: NDArray, grains: int) -> pd.DataFrame:
    return pd.DataFrame({"data set": name, "when": when, "value": value, "mean": mean, "grains": grains})
