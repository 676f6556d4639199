"""The ground truth's own section of the report: how structures evolve, what they start from, which laws they keep."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from graincast.figures.distributions import side_distributions, size_distributions
from graincast.figures.evolution import evolution_strip, film
from graincast.figures.laws import agreement, kinetics, mullins
from graincast.grains.laws import mullins_rate
from graincast.page.page import Picture, pictured

Growths = Mapping[str, Mapping[str, NDArray]]  # arrays of `scores.growth`, by data set


def pictures(folder: Path, growths: Growths, validation: pd.DataFrame) -> list[Picture]:
    """A film and a strip for every data set, then distributions and laws over all of them."""
    shown = [picture for name, growth in growths.items() for picture in _evolution(folder, name, growth)]
    measured = [_laws(folder, growths), *_distributions(folder, growths), _kinetics(folder, growths)]
    return [*shown, *measured, _agreement(folder, validation)]


def _evolution(folder: Path, name: str, growth: Mapping[str, NDArray]) -> list[Picture]:
    counts = growth["grain_counts"]
    words = f"from {counts[0]} to {counts[-1]} grains in {len(counts)} frames"
    path = folder / "figures" / f"film_{name}.gif"
    film(growth["labels"], growth["images"], path)
    moving = Picture(
        name, path, f"One simulation of {name}, {words}.", f"Film of a structure of {name} growing {words}."
    )
    figure = evolution_strip(growth["labels"], growth["images"], growth["times"], counts)
    caption = f"The same at some of its times, in {growth['unit']}. A grain keeps its colour."
    alt = f"Frames of a structure of {name}, with {', '.join(map(str, counts))} grains from frame to frame."
    return [moving, pictured(folder, f"evolution_{name}", figure, caption, alt)]


def _laws(folder: Path, growths: Growths) -> Picture:
    points = {name: (growth["calm_sides"], growth["calm_rates"]) for name, growth in growths.items()}
    slopes = ", ".join(f"{name} {slope:.4f} ({count} grains)" for name, slope, count in _slopes(points))
    caption = (
        "Von Neumann-Mullins: rate of area against sides, for grains whose sides and whose neighbours' sides are the "
        f"same in two frames that follow each other. Slope over the exact one: {slopes}. A grain may still have lost "
        "and gained a side between two frames: such are the outliers."
    )
    return pictured(
        folder, "mullins", mullins(points), caption, f"Rates of area against sides. Slopes over exact: {slopes}."
    )


def _slopes(points: Mapping[str, tuple[NDArray, NDArray]]) -> list[tuple[str, float, int]]:
    """Least squares slope over the exact one, for data sets with at least two kinds of grain."""
    return [
        (name, float(np.polyfit(sides, rates, 1)[0] / mullins_rate(7, 1.0)), len(sides))
        for name, (sides, rates) in points.items()
        if len(np.unique(sides)) > 1
    ]


def _distributions(folder: Path, growths: Growths) -> list[Picture]:
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
        shown.append(
            pictured(folder, f"distribution_{measure}", figure(ends), f"{words}, at t = 0 and at the end.", alt)
        )
    return shown


def _kinetics(folder: Path, growths: Growths) -> Picture:
    areas = {name: (growth["reduced_times"].mean(axis=0), growth["mean_area"]) for name, growth in growths.items()}
    grown = ", ".join(f"{name} {np.mean(area[:, -1] / area[:, 0]):.2f}" for name, (_, area) in areas.items())
    caption = (
        "Mean grain area over that at t = 0, against k t over that area: a straight line, the same for all, once "
        "growth is self-similar."
    )
    return pictured(
        folder, "kinetics", kinetics(areas), caption, f"Mean grain area at the end over that at t = 0: {grown}."
    )


def _agreement(folder: Path, validation: pd.DataFrame) -> Picture:
    phase_field = validation.query("model == 'phase_field' and score == 'label_difference'")
    by_cells = phase_field.groupby(phase_field["case"].astype(float))["value"].mean()
    values = ", ".join(f"{100 * value:.1f} % at {cells:g}" for cells, value in by_cells.items())
    caption = (
        "The phase field comes nearer to front tracking as its grid is refined (cells to the side of the mean grain). "
        "Left: pixels with another grain than in front tracking with short segments, by share of grains left; dashed: "
        "front tracking with longer segments. Right: slope of von Neumann-Mullins over the exact one."
    )
    alt = f"Pixels that differ between phase field and front tracking, by cells to a grain's side: {values}."
    return pictured(folder, "solvers", agreement(validation), caption, alt)
