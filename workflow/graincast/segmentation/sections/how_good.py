"""The page's section on scores: every way on every kind of picture, in numbers that cannot hide lost grains."""

import pandas as pd

from graincast.report.parts import Chart, Part, Section, Table, Words
from graincast.segmentation.figures import way_charts
from graincast.segmentation.sections import told
from graincast.segmentation.sections.way_names import WayNames

NOTE = (
    "A map of 5-pixel gaps in one boundary in twenty keeps its pixel accuracy and loses a third of its grains, so "
    "pixel accuracy stands beside that of an empty picture, and grains decide. Boundaries closed: the share of true "
    "boundaries whose two grains are told apart. The oracle sees all boundaries with any contrast as they truly are; "
    "what it misses nobody can see but by shape."
)
SHORT = ("rand_error", "variation_of_information", "boundary_f1_2px", "average_precision", "closure", "count_bias")


def section(scores: pd.DataFrame, case: str, ways: WayNames) -> Section:
    """A chart and a table of drawn pictures, the same of measured maps, and a table map by map."""
    parts: list[Part] = []
    for name, title, here in (
        ("drawn", "Drawn pictures, at the noise of the data set", told.at_home(scores, case)),
        ("measured", "Maps of pattern quality, never trained on", told.on_measured(scores)),
        ("traced", "Colour micrographs traced by hand, never trained on", told.on_traced(scores)),
    ):
        if here.empty:
            parts.append(Words([f"{title}: none could be had."], "text"))
            continue
        frame = told.table(here, ways, told.SCORES)
        parts += [_chart(name, title, frame), _table(f"scores_{name}", title, frame)]
    measured = told.on_measured(scores)
    if not measured.empty:
        parts.append(_by_map(measured, ways))
    parts.append(Words([NOTE], "note"))
    return Section("scores", "How good are the grains?", parts)


def _chart(name: str, title: str, frame: pd.DataFrame) -> Chart:
    error = told.SCORES[told.ERROR]
    said = ", ".join(f"{row['way']} {row[error]:.3f}" for row in frame.sort_values(error).to_dict("records"))
    caption = f"{title}: adapted Rand error of each way, with its 95 % interval over pictures."
    return Chart(f"errors_{name}", way_charts.bars(frame, error), caption, f"{error}: {said}.", title=title)


def _table(name: str, title: str, frame: pd.DataFrame) -> Table:
    formats = dict.fromkeys(told.SCORES.values(), "{:.3f}")
    return Table(name, frame, f"{title}: all scores", formats)


def _by_map(scores: pd.DataFrame, ways: WayNames) -> Table:
    """Adapted Rand error and bias of the count by map and size of crop."""
    tables = []
    for key, here in scores.groupby(["case", "step"]):
        case, step = map(str, key)
        frame = told.table(here, ways, {name: told.SCORES[name] for name in SHORT})
        frame.insert(0, "map", case.split(" ", 1)[1])
        frame.insert(1, "crop", int(step) + 1)
        tables.append(frame.drop(columns="trainings"))
    formats = dict.fromkeys((told.SCORES[name] for name in SHORT), "{:.3f}")
    return Table("scores_by_map", pd.concat(tables, ignore_index=True), "Map by map, and by size of crop", formats)
