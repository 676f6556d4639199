"""The ground truth's own section of the report: how structures evolve, what they start from, which laws they keep."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from altair import TopLevelMixin
from numpy.typing import NDArray

from graincast.growth.figures.distribution_curves import (
    BY_AREA,
    BY_NUMBER,
    Ends,
    side_distributions,
    size_distributions,
)
from graincast.growth.figures.evolution_strip import coloured_frames, evolution_strip
from graincast.growth.figures.law_charts import kinetics, mullins
from graincast.growth.figures.solver_convergence import difference_by_cells, differences, slope_by_cells
from graincast.material.grains.laws import mullins_rate
from graincast.report.parts import Chart, Film, Part, Picture, Section, Words

Growths = Mapping[str, Mapping[str, NDArray]]  # arrays of `scores.growth`, by data set


NOTE = (
    "Simulated; every data set's solver and settings stand in the provenance. Distributions and rates are over all "
    "simulations of a data set."
)


def section(growths: Growths, validation: pd.DataFrame) -> Section:
    """A film of every data set, then distributions and laws over all of them."""
    parts: list[Part] = [Words([NOTE], "note"), *(_film(name, growth) for name, growth in growths.items())]
    parts += [_laws(growths), *_distributions(growths), _kinetics(growths), *_agreement(validation)]
    return Section("truth", "The ground truth", parts)


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
        about=f"growth of {name}",
    )


def _laws(growths: Growths) -> Picture:
    points = {name: (growth["calm_sides"], growth["calm_rates"]) for name, growth in growths.items()}
    slopes = ", ".join(f"{name} {slope:.4f} ({count} grains)" for name, slope, count in _slopes(points))
    caption = (
        "Von Neumann-Mullins: rate of area against sides, for grains whose sides and whose neighbours' sides are the "
        f"same in two frames that follow each other. Slope over the exact one: {slopes}. A grain may still have lost "
        "and gained a side between two frames: such are the outliers."
    )
    alt = f"Rates of area against sides. Slopes over exact: {slopes}."
    return Picture("mullins", mullins(points), caption, alt, "Von Neumann-Mullins")


def _slopes(points: Mapping[str, tuple[NDArray, NDArray]]) -> list[tuple[str, float, int]]:
    """Least squares slope over the exact one, for data sets with at least two kinds of grain."""
    return [
        (name, float(np.polyfit(sides, rates, 1)[0] / mullins_rate(7, 1.0)), len(sides))
        for name, (sides, rates) in points.items()
        if len(np.unique(sides)) > 1
    ]


def _distributions(growths: Growths) -> list[Chart]:
    """Sizes by number and by area, and numbers of sides, of the data sets that have any grains."""
    radii, sides = (
        {name: (growth[f"{measure}_first"], growth[f"{measure}_last"]) for name, growth in growths.items()}
        for measure in ("radii", "sides")
    )
    words = "Equivalent circle radius over its mean"
    return [
        _distribution("radii", size_distributions(radii, BY_NUMBER), radii, f"{words}, {BY_NUMBER}"),
        _distribution("radii_by_area", size_distributions(radii, BY_AREA), radii, f"{words}, {BY_AREA}"),
        _distribution("sides", side_distributions(sides), sides, "Number of sides of a grain"),
    ]


def _distribution(name: str, chart: TopLevelMixin, ends: Ends, words: str) -> Chart:
    spreads = ", ".join(
        f"{data_set} {_spread(first)} at t = 0 and {_spread(last)} at the end"
        for data_set, (first, last) in ends.items()
    )
    alt = f"{words}. Standard deviation: {spreads}."
    return Chart(f"distribution_{name}", chart, f"{words}, at t = 0 and at the end.", alt, words)


def _spread(values: NDArray) -> str:
    return f"{np.std(values):.2f} ({len(values)} grains)" if len(values) else "of no grains"


def _kinetics(growths: Growths) -> Chart:
    areas = {name: (growth["reduced_times"].mean(axis=0), growth["mean_area"]) for name, growth in growths.items()}
    grown = ", ".join(f"{name} {np.mean(area[:, -1] / area[:, 0]):.2f}" for name, (_, area) in areas.items())
    caption = (
        "Mean grain area over that at t = 0, against k t over that area: a straight line, the same for all, once "
        "growth is self-similar. Bands are standard deviations over simulations; dashed: the line through the second "
        "half, whose slope stands under the pointer."
    )
    alt = f"Mean grain area at the end over that at t = 0: {grown}."
    return Chart("kinetics", kinetics(areas), caption, alt, "Kinetics")


def _agreement(validation: pd.DataFrame) -> list[Chart]:
    """What the grid of the phase field changes in maps and in rates."""
    found = differences(validation)
    by_cells = found.groupby("cells")["phase field"].mean()
    values = ", ".join(f"{100 * value:.1f} % at {cells:g}" for cells, value in by_cells.items())
    caption = (
        "The phase field comes nearer to front tracking as its grid is refined (cells to the side of the mean grain): "
        "pixels with another grain than in front tracking with short segments, by share of grains left; dashed: front "
        "tracking with longer segments."
    )
    alt = f"Pixels that differ between phase field and front tracking, by cells to a grain's side: {values}."
    slope_caption = "Slope of von Neumann-Mullins in the phase field over the exact one, of each structure and time."
    slopes = validation[(validation["model"] == "phase_field") & (validation["score"] == "mullins_slope")]
    means = slopes.groupby(slopes["case"].astype(float))["value"].mean()
    slope_alt = "Mean slope over the exact one: " + ", ".join(
        f"{value:.3f} at {cells:g} cells" for cells, value in means.items()
    )
    return [
        Chart("solvers", difference_by_cells(validation), caption, alt, "Front tracking and phase field"),
        Chart("solvers_slope", slope_by_cells(validation), slope_caption, f"{slope_alt}."),
    ]
