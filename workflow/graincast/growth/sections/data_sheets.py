"""The report's data sheets: what each data set starts from and ends with."""

import pandas as pd

from graincast.report.parts import Section, Table, Words

SCORES = (
    "grain_count",
    "mean_radius",
    "radius_spread",
    "largest_radius_ratio",
    "mean_sides",
    "grain_count_error",
    "repairs",
    "redrawn",
)
NOTE = (
    "Means over all simulations of a data set at the first and the last frame. Radii in sides of the mean grain of the "
    "structure as drawn; radius_spread is the standard deviation of R over its mean. mean_sides is 6 in every periodic "
    "network whose grains are all discs. repairs: parts of an evolution that were marched again; redrawn: structures "
    "given up and drawn anew."
)


def section(sheets: pd.DataFrame) -> Section:
    """First and last frame of every data set."""
    last = sheets.groupby("dataset")["step"].transform("max")
    ends = sheets[(sheets["step"] == 0) | (sheets["step"] == last)]
    wide = ends.pivot_table(index=["dataset", "step"], columns="score", values="value", sort=False).reset_index()
    frame = wide[["dataset", "step", *SCORES]].rename(columns={"dataset": "data set", "step": "frame"})
    frame.columns.name = None
    table = Table("data_sheets", frame, "Data sheets of the data sets", dict.fromkeys(SCORES, "{:.3f}"))
    return Section("data", "Data sheets", [table, Words([NOTE], "note")])
