"""The report's data sheets: what each data set starts from and ends with."""

import pandas as pd

from graincast.report.parts import Section, Table, Words

SPREADS = ("spread_asked", "log_spread_as_drawn", "log_spread")
SCORES = (
    "grain_count",
    "mean_radius",
    "radius_spread",
    *SPREADS,
    "largest_radius_ratio",
    "mean_sides",
    "grain_count_error",
    "repairs",
    "redrawn",
)
NOTE = (
    "Means over all simulations of a data set at the first and the last frame. Radii in sides of the mean grain of "
    "the structure as drawn; radius_spread is the standard deviation of R over its mean. spread_asked is the data "
    "set's own key, the standard deviation of ln R (of an emulated measurement that of R over its mean; of a bimodal "
    "or abnormal structure that within a population); log_spread is that of ln R over all grains, in the structures "
    "as drawn and then in the frame: equilibration and growth change it. mean_sides is 6 in every periodic network "
    "whose grains are all discs. repairs: parts of an evolution that were marched again; redrawn: structures given up "
    "and drawn anew."
)


def section(sheets: pd.DataFrame) -> Section:
    """First and last frame of every data set."""
    last = sheets.groupby("dataset")["step"].transform("max")
    ends = sheets[(sheets["step"] == 0) | (sheets["step"] == last)]
    wide = ends.pivot_table(index=["dataset", "step"], columns="score", values="value", sort=False)
    frame = wide.reindex(columns=list(SCORES)).reset_index().rename(columns={"dataset": "data set", "step": "frame"})
    frame.columns.name = None
    table = Table("data_sheets", frame, "Data sheets of the data sets", dict.fromkeys(SCORES, "{:.3f}"))
    return Section("data", "Data sheets", [table, Words([NOTE], "note")])
