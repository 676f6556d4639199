"""The page's section on repair: pass after pass, when it stops, and whether it beats a watershed on the first guess."""

from collections.abc import Mapping

import pandas as pd

from graincast.report.parts import Chart, Part, Section, Table, Words
from graincast.report.words import interval
from graincast.scoring.summary import summary
from graincast.segmentation.data.found_examples import Example, Place
from graincast.segmentation.experiment import DAMAGED, Experiment
from graincast.segmentation.figures import picture_films, way_charts
from graincast.segmentation.sections import told
from graincast.segmentation.sections.way_names import WayNames
from graincast.segmentation.ways import net2

REPAIR = "net2"
REPAIRS = (REPAIR, "net2_watershed")
RIVALS = ("net1_watershed", "instances")
DAMAGE, MOST_LEARNED = "damage of the first guess", 1.0


def section(
    scores: pd.DataFrame, experiment: Experiment, ways: WayNames, examples: Mapping[str, Mapping[Place, Example]]
) -> Section | None:
    """Of the first repair that the experiment has."""
    case = experiment.dataset
    name = next((way for way in ways.labels if way.split("/")[0] == REPAIR), None)
    passes = scores[(scores["model"] == name) & (scores["score"] == "passes")]
    if name is None or passes.empty:
        return None
    home = passes[passes["case"] == case]["value"]
    said = [
        f"A repair stops after {home.mean():.1f} passes on average, {home.min():.0f} to {home.max():.0f} (7 to 28 as "
        f"published); {(home >= net2.MOST).mean():.0%} run into the cap of {net2.MOST}."
    ]
    said += [
        _against(told.at_home(scores, case), repair, rival, ways)
        for repair in ways.learned
        for rival in ways.learned
        if repair.split("/")[0] in REPAIRS and rival.split("/")[0] in RIVALS
    ]
    by_case = passes.groupby("case")["value"]
    frame = by_case.agg(["mean", "min", "max"]).set_axis(["passes", "least", "most"], axis=1)
    frame["at the cap"] = passes.assign(value=passes["value"] >= net2.MOST).groupby("case")["value"].mean()
    frame = frame.reset_index()
    parts: list[Part] = [Words(said, "list")]
    shown = {place: example for place, example in examples.get(name, {}).items() if place[0] == case}
    if shown:
        parts.append(picture_films.passes(shown[min(shown)], float(home.mean())))
    formats = {"passes": "{:.1f}", "least": "{:.0f}", "most": "{:.0f}", "at the cap": "{:.1%}"}
    parts.append(Table("passes", frame, "Passes until fewer than one pixel in a thousand flips", formats))
    return Section("repair", "Is it repaired?", [*parts, *_misled(scores, experiment, ways)])


def _misled(scores: pd.DataFrame, experiment: Experiment, ways: WayNames) -> list[Part]:
    """How far the first guess may be off: scores against the damage that the truth was given for a guess."""
    here = scores[(scores["case"] == DAMAGED) & (scores["score"] == told.ERROR)]
    if here.empty:
        return []
    points = summary(here, apart=["step"])
    points = points.assign(
        dial=DAMAGE,
        way=[ways.label(name) for name in points["model"]],
        value=[experiment.damages[step] for step in points["step"]],
        edge=MOST_LEARNED,
    )[["dial", "way", "value", "mean", "low", "high", "edge"]]
    said = "; ".join(
        f"{way} from {own.iloc[0]['mean']:.2f} to {own.iloc[-1]['mean']:.2f}"
        for way, own in points.sort_values("value").groupby("way", sort=False)
    )
    sentence = f"From the truth damaged by {experiment.damages[0]:g} to {experiment.damages[-1]:g} for a guess: {said}."
    caption = "Adapted Rand error against the damage of the first guess; dashed: the most that was learned from."
    chart = Chart("damage", way_charts.dials(points, [DAMAGE], list(dict.fromkeys(points["way"]))), caption, sentence)
    error = told.SCORES[told.ERROR]
    named = {"value": DAMAGE, "mean": error, "low": f"{error} low", "high": f"{error} high"}
    frame = points.drop(columns=["dial", "edge"]).rename(columns=named)
    table = Table("damage", frame, "The same in numbers", {error: "{:.3f}"})
    return [Words([sentence], "list"), chart, table]


def _against(scores: pd.DataFrame, name: str, rival: str, ways: WayNames) -> str:
    away, low, high = told.difference(scores, name, rival)
    return (
        f"'{ways.label(name)}' against '{ways.label(rival)}': its adapted Rand error differs by {away:+.3f} "
        f"{interval(low, high)}: {told.verdict(low, high)}."
    )
