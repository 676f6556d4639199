"""The page's section on certainty: of all boundaries that are given a chance, how many there are."""

import numpy as np
import pandas as pd

from graincast.report.parts import Chart, Section, Words
from graincast.segmentation.figures import reliability_chart

NOTE = (
    "Each pair of pieces that touch is given a chance that a boundary is between them. It is calibrated by validation "
    "pictures (Platt's scaling) and tested here on others, all drawn from the concepts at the largest noise in "
    "training; a real picture is not one of them, and its certainty is to be trusted as far as it looks like these."
)


def section(reliability: pd.DataFrame) -> Section | None:
    """A point a bin of chances, before and after they were calibrated."""
    if reliability.empty:
        return None
    keys = ["model", "seed", "case", "step"]
    points = reliability.pivot_table(index=keys, columns="score", values="value").reset_index()
    said = []
    for case, here in points.groupby("case", sort=False):
        away = np.abs(here["chance"] - here["share"])
        said.append(f"as {case} off by {np.average(away, weights=here['count']):.3f} on average")
    caption = "Share of true boundaries against the chance that was given; the dashed line is where they are the same."
    chart = Chart("reliability", reliability_chart.chart(points), caption, f"Chances are {', '.join(said)}.")
    return Section(
        "certainty", "How sure is it?", [Words([f"Chances of boundaries, {', '.join(said)}."]), chart, _note()]
    )


def _note() -> Words:
    return Words([NOTE], "note")
