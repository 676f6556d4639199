"""The page's section on dials: one setting of the pictures at a time, through the range of training and beyond it."""

from collections.abc import Mapping

import pandas as pd

from graincast.report.parts import Chart, Film, Part, Section, Table, Words
from graincast.scoring.summary import summary
from graincast.segmentation.concepts.recipe import Recipe
from graincast.segmentation.data.found_examples import Example, Place
from graincast.segmentation.experiment import Experiment
from graincast.segmentation.figures import picture_films, way_charts
from graincast.segmentation.sections import told
from graincast.segmentation.sections.way_names import WayNames

NAMES = {
    "noise.variance": "variance of the noise",
    "noise.blur_px": "blur, px",
    "greys.highest": "brightest grey (contrast)",
    "sizes.middle_px": "mean diameter of grains, px",
    "sizes.spread": "spread of sizes",
    "depth.share": "share with a second layer",
    "depth.weight": "weight of the second layer",
    "greys.ties": "share of ties",
}


def section(
    scores: pd.DataFrame,
    experiment: Experiment,
    recipe: Recipe,
    ways: WayNames,
    examples: Mapping[str, Mapping[Place, Example]],
) -> Section | None:
    """`examples` are by way, then by place."""
    points = _points(scores, experiment, recipe, ways)
    if points.empty:
        return None
    panels = list(dict.fromkeys(points["dial"]))
    said = [_said(panel, points[points["dial"] == panel]) for panel in panels]
    numbers = points.rename(columns={"mean": "adapted Rand error", "low": "adapted Rand error low"})
    numbers = numbers.rename(columns={"high": "adapted Rand error high"}).drop(columns="edge")
    caption = "One setting at a time, all else alike; dashed: the value that models were trained at, or up to."
    chart = Chart("dials", way_charts.dials(points, panels, list(ways.labels.values())), caption, " ".join(said))
    parts: list[Part] = [Words(said, "list"), chart]
    film = _film(experiment, ways, examples)
    if film is not None:
        parts.append(film)
    parts.append(Table("dials", numbers, "Adapted Rand error along dials", {"adapted Rand error": "{:.3f}"}))
    return Section("dials", "How far does it carry?", parts)


def _points(scores: pd.DataFrame, experiment: Experiment, recipe: Recipe, ways: WayNames) -> pd.DataFrame:
    rows = []
    for dial in experiment.dials:
        here = scores[(scores["case"] == dial.case) & (scores["score"] == told.ERROR)]
        if here.empty:
            continue
        section, setting = dial.key.split(".")
        edge = float(getattr(getattr(recipe, section), setting))
        for row in summary(here, apart=["step"]).to_dict("records"):
            rows.append(
                {
                    "dial": NAMES.get(dial.key, dial.key),
                    "way": ways.label(row["model"]),
                    "value": dial.values[row["step"]],
                    **{name: row[name] for name in ("mean", "low", "high")},
                    "edge": edge,
                }
            )
    return pd.DataFrame(rows)


def _said(panel: str, points: pd.DataFrame) -> str:
    """The best way at the far end."""
    last = points[points["value"] == points["value"].max()].sort_values("mean")
    values = ", ".join(f"{row['way']} {row['mean']:.2f}" for row in last.to_dict("records"))
    return f"{panel} {last['value'].iloc[0]:g}: {values}."


def _film(experiment: Experiment, ways: WayNames, examples: Mapping[str, Mapping[Place, Example]]) -> Film | None:
    """The first picture along the first dial, by every learned way and the best floor."""
    if not experiment.dials:
        return None
    dial = experiment.dials[0]
    times = [f"{NAMES.get(dial.key, dial.key)} {value:g}" for value in dial.values]
    by_way = {
        ways.label(name): picture_films.along(examples[name], dial.case, len(times))
        for name in (*ways.learned, *ways.floors)
        if name in examples
    }
    whole = {label: found for label, found in by_way.items() if len(found) == len(times)}
    if not whole:
        return None
    return picture_films.dial(whole, times)
