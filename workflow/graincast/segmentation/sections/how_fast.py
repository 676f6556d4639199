"""The page's section on speed: pictures a second by way, on the cores that the run had."""

import pandas as pd

from graincast.report.parts import Chart, Section, Table, Words
from graincast.segmentation.figures import way_charts
from graincast.segmentation.sections import told
from graincast.segmentation.sections.way_names import WayNames

SPEED = "pictures a second"
NOTE = (
    "Measured while the run was at other work besides, from the picture in memory to its grains, without what is read "
    "or written: compare ways by their ratios."
)


def section(scores: pd.DataFrame, case: str, ways: WayNames) -> Section | None:
    """Of drawn pictures; a forest learns within its first."""
    here = told.at_home(scores, case)
    here = here[(here["score"] == "seconds") & here["model"].isin([*ways.learned, *ways.floors])]
    if here.empty:
        return None
    rows = here.assign(score="speed", value=1 / here["value"])
    frame = told.table(rows, ways, {"speed": SPEED}).drop(columns="trainings")
    said = ", ".join(f"{row['way']} {row[SPEED]:.2g}" for row in frame.sort_values(SPEED).to_dict("records"))
    chart = Chart("speed", way_charts.bars(frame, SPEED, log=True), "Drawn pictures a second.", f"{SPEED}: {said}.")
    table = Table("speed", frame, "Drawn pictures a second, by way", {SPEED: "{:.2f}"})
    return Section("speed", "How fast is it?", [chart, table, Words([NOTE], "note")])
