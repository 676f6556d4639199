"""The ground truth's own section of the report: how structures evolve, what they start from, which laws they keep."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from graincast.figures.distributions import side_distributions, size_distributions
from graincast.figures.evolution import coloured_frames, evolution_strip
from graincast.figures.laws import agreement, kinetics, mullins
from graincast.grains.laws import mullins_rate
from graincast.page.parts import Film, Picture, Section, Words

Growths = Mapping[str, Mapping[str, NDArray]]  # arrays of `scores.growth`, by data set


NOTE = (
    "Simulated; every data set's solver and settings stand in the provenance. Distributions and rates are over all "
    "simulations of a data set."
)


def section(growths: Growths, validation: pd.DataFrame) -> Section:
    """A film of every data set, then distributions and laws over all of them."""
    films = [_film(name, growth) for name, growth in growths.items()]
    measured = [_laws(growths), *_distributions(growths), _kinetics(growths), _agreement(validation)]
    return Section("truth", "The ground truth", [Words([NOTE], "note"), *films, *measured])


def _film(name: str, growth: Mapping[str, NDArray]) -> Film:
    counts, times, unit = growth["grain_counts"], growth["times"], growth["unit"]
    return Film(
        f"evolution_{name}",
        {name: coloured_frames(growth["labels"], growth["images"])[:, ::-1]},  # row 0 of a grain map is at the bottom
        [f"t = {time:.3g}" for time in times],
        evolution_strip(growth["labels"], growth["images"], times, counts),
        f"One simulation of {name}, from {counts[0]} to {counts[-1]} grains in {len(counts)} frames; times in {unit}. "
        "A grain keeps its colour.",
        [
            f"A structure of {name} at t = {time:.3g}: {count} grains."
            for time, count in zip(times, counts, strict=True)
        ],
    )


def _laws(growths: Growths) -> Picture:
    points = {name: (growth["calm_sides"], growth["calm_rates"]) for name, growth in growths.items()}
    slopes = ", ".join(f"{name} {slope:.4f} ({count} grains)" for name, slope, count in _slopes(points))
    caption = (
        "Von Neumann-Mullins: rate of area against sides, for grains whose sides and whose neighbours' sides are the "
        f"same in two frames that follow each other. Slope over the exact one: {slopes}. A grain may still have lost "
        "and gained a side between two frames: such are the outliers."
    )
    return Picture("mullins", mullins(points), caption, f"Rates of area against sides. Slopes over exact: {slopes}.")


def _slopes(points: Mapping[str, tuple[NDArray, NDArray]]) -> list[tuple[str, float, int]]:
    """Least squares slope over the exact one, for data sets with at least two kinds of grain."""
    return [
        (name, float(np.polyfit(sides, rates, 1)[0] / mullins_rate(7, 1.0)), len(sides))
        for name, (sides, rates) in points.items()
        if len(np.unique(sides)) > 1
    ]


def _distributions(growths: Growths) -> list[Picture]:
    draw: dict[str, tuple[Callable[[dict[str, tuple[NDArray, NDArray]]], Figure], str]] = {
        "radii": (size_distributions, "Equivalent circle radius over its mean, by number and by area"),
        "sides": (side_distributions, "Number of sides of a grain"),
    }
    shown = []
    for measure, (figure, words) in draw.items():
        ends = {name: (growth[f"{measure}_first"], growth[f"{measure}_last"]) for name, growth in growths.items()}
        spreads = ", ".join(
            f"{name} {np.std(first):.2f} at t = 0 and {np.std(last):.2f} at the end"
            for name, (first, last) in ends.items()
        )
        alt = f"{words}. Standard deviation: {spreads}."
        shown.append(Picture(f"distribution_{measure}", figure(ends), f"{words}, at t = 0 and at the end.", alt))
    return shown


def _kinetics(growths: Growths) -> Picture:
    areas = {name: (growth["reduced_times"].mean(axis=0), growth["mean_area"]) for name, growth in growths.items()}
    grown = ", ".join(f"{name} {np.mean(area[:, -1] / area[:, 0]):.2f}" for name, (_, area) in areas.items())
    caption = (
        "Mean grain area over that at t = 0, against k t over that area: a straight line, the same for all, once "
        "growth is self-similar."
    )
    alt = f"Mean grain area at the end over that at t = 0: {grown}."
    return Picture("kinetics", kinetics(areas), caption, alt)


def _agreement(validation: pd.DataFrame) -> Picture:
    phase_field = validation.query("model == 'phase_field' and score == 'label_difference'")
    by_cells = phase_field.groupby(phase_field["case"].astype(float))["value"].mean()
    values = ", ".join(f"{100 * value:.1f} % at {cells:g}" for cells, value in by_cells.items())
    caption = (
        "The phase field comes nearer to front tracking as its grid is refined (cells to the side of the mean grain). "
        "Left: pixels with another grain than in front tracking with short segments, by share of grains left; dashed: "
        "front tracking with longer segments. Right: slope of von Neumann-Mullins over the exact one."
    )
    alt = f"Pixels that differ between phase field and front tracking, by cells to a grain's side: {values}."
    return Picture("solvers", agreement(validation), caption, alt)
