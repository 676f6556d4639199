"""The page's section on certainty: of all boundaries that are given a chance, how many there are."""

import numpy as np
import pandas as pd

from graincast.report.parts import Chart, Part, Section, Table, Words
from graincast.segmentation.figures import reliability_chart

NOTE = (
    "Each pair of pieces that touch is given a chance that a boundary is between them. It is calibrated by validation "
    "pictures (Platt's scaling) and tested here on others, all drawn from the concepts at the largest noise in "
    "training; a real picture is not one of them, and its certainty is to be trusted as far as it looks like these."
)
COLUMNS = ("pictures", "warns of doubt", "half width of G's interval", "holds the true G")


def section(reliability: pd.DataFrame, scores: pd.DataFrame, case: str) -> Section | None:
    """A point a bin of chances, before and after they were calibrated; and what the command says of itself."""
    if reliability.empty:
        return None
    keys = ["model", "seed", "case", "step"]
    points = reliability.pivot_table(index=keys, columns="score", values="value").reset_index()
    said = []
    for stage, here in points.groupby("case", sort=False):
        away = np.abs(here["chance"] - here["share"])
        said.append(f"as {stage} off by {np.average(away, weights=here['count']):.3f} on average")
    caption = "Share of true boundaries against the chance that was given; the dashed line is where they are the same."
    chart = Chart("reliability", reliability_chart.chart(points), caption, f"Chances are {', '.join(said)}.")
    return Section(
        "certainty",
        "How sure is it?",
        [Words([f"Chances of boundaries, {', '.join(said)}."]), chart, *_told(scores, case), _note()],
    )


def _told(scores: pd.DataFrame, case: str) -> list[Part]:
    """How often the command warns of doubtful boundaries, and how often its interval holds the true grain size."""
    keys = ["case", "step", "sample"]
    told_of = scores[scores["score"].isin(["g_half_width", "doubted", "astm_error"])]
    wide = told_of.pivot_table(index=["model", *keys], columns="score", values="value").reset_index()
    if "g_half_width" not in wide:
        return []
    wide = wide.dropna(subset=["g_half_width"])
    wide["kind"] = [_kind(one, case) for one in wide["case"]]
    wide["held"] = wide["astm_error"] <= wide["g_half_width"]
    frame = wide.groupby("kind", sort=False).agg(
        pictures=("held", "size"), warned=("doubted", "mean"), width=("g_half_width", "mean"), held=("held", "mean")
    )
    frame = frame.set_axis(list(COLUMNS), axis=1).reset_index(names="kind of picture")
    title = "What `segment` says of itself: its interval is of doubt of boundaries alone, not of what is never seen"
    return [Table("command", frame, title, dict(zip(COLUMNS[1:], ("{:.0%}", "{:.3f}", "{:.0%}"), strict=True)))]


def _kind(name: str, case: str) -> str:
    return "drawn" if name == case else name


def _note() -> Words:
    return Words([NOTE], "note")
