"""The page's section on conditions: what was asked of a generator against what it drew."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from graincast.generation.figures import asked_chart
from graincast.report.parts import Chart, Part, Section, Table, Words
from graincast.report.words import percent

DIALS = {
    "size": "size, as asked of the command",
    "side": "side, as asked of the network, px",
    "spread": "spread of ln R",
}
WITHIN, OF_TRUTH = "within", "of truth"
TRUTH = "true fields"
LEAST, MOST = "R2, worst training", "R2, best training"
NOTE = (
    "Each point is a periodic field of some 400 grains. A size is that of the pixels: the command asks the network for "
    "10 pixels to the side of a mean grain, always, and how the network takes another side is shown apart. Asked "
    "beyond what was learned from, a generator goes astray, "
    "which the command generate warns of. R\N{SUPERSCRIPT TWO} is over fields, 1 where all that was asked for came "
    "out; the slope is that of got against asked, 0 where nothing is listened to; bias is the mean of got less asked. "
    "Each is of one training; means over trainings are shown. True fields lose their smallest grains to the reading "
    "too: theirs stand beside."
)


def section(asked: pd.DataFrame, models: Sequence[str]) -> Section | None:
    """Of rows of the one table; the first model is what the section opens with and what its chart shows."""
    if asked.empty:
        return None
    wide = asked.pivot_table(index=["model", "seed", "case", "sample"], columns="score", values="value").reset_index()
    points = pd.concat([_points(wide, dial, title) for dial, title in DIALS.items()], ignore_index=True)
    rows = list(_rows(points, [*models, TRUTH]))
    first = [models[0], TRUTH]
    said = ", ".join(f"{row['asked']} {row['where']} {row['R2']:.3f}" for row in rows if row["model"] in first)
    chart = asked_chart.chart(points[points["model"].isin(first)])
    formats = dict.fromkeys(("R2", LEAST, MOST), "{:.3f}") | {"slope": "{:.2f}", "bias": "{:+.3f}"}
    parts: list[Part] = [
        Words([_opening(points, rows, models[0])], "lead"),
        Chart("asked_and_got", chart, f"What {models[0]} was asked for and what came out.", f"R2: {said}."),
        Table("asked_and_got", pd.DataFrame(rows), "Asked and got", {**formats, "fields": "{:.0f}"}),
        Words([NOTE], "note"),
    ]
    return Section("conditions", "Is what is asked for what comes out?", parts)


def _opening(points: pd.DataFrame, rows: Sequence[dict[str, Any]], model: str) -> str:
    """How far a size is missed at most, and how far what comes out follows the spread that is asked for."""
    found = {(row["model"], row["asked"], row["where"]): row for row in rows}
    sizes = points[(points["model"] == model) & (points["dial"] == DIALS["size"])]
    missed = float((sizes["got"] / sizes["asked"] - 1).abs().max())
    size, spread = (found[model, DIALS[dial], WITHIN] for dial in ("size", "spread"))
    told = (
        f"Asked for sizes from {sizes['asked'].min():g} to {sizes['asked'].max():g}, {model} draws mean grains "
        f"within {percent(missed)} of them ({_told(size)}); asked for spreads of ln R within those learned from, it "
        f"follows with a slope of {spread['slope']:.2f} ({_told(spread)})"
    )
    truth = found.get((TRUTH, DIALS["spread"], OF_TRUTH))
    beside = f", and true fields, read alike, with {truth['slope']:.2f} ({_told(truth)})" if truth else ""
    return f"{told}{beside}."


def _told(row: dict[str, Any]) -> str:
    apart = f", {row[LEAST]:.3f} to {row[MOST]:.3f} by training" if row["trainings"] > 1 else ""
    return f"R\N{SUPERSCRIPT TWO} {row['R2']:.3f}{apart}"


def _points(wide: pd.DataFrame, dial: str, title: str) -> pd.DataFrame:
    """A row a field: what was asked, what came out, and where that lies; true fields stand there once."""
    here = wide[wide["case"].str.startswith(f"{dial}_")]
    where = here["case"].str.removeprefix(f"{dial}_").str.replace("_", " ")
    true = where == OF_TRUTH
    points = pd.DataFrame(
        {
            "model": here["model"].mask(true, TRUTH),
            "seed": here["seed"],
            "dial": title,
            "where": where,
            "asked": here[f"asked_{dial}"],
            "got": here[f"got_{dial}"],
        }
    )
    return points[~(true & here.duplicated(["case", "sample"]))]


def _rows(points: pd.DataFrame, models: Sequence[str]) -> Iterator[dict[str, Any]]:
    """A row a model, dial and place, in the order of the models: means over what the fields of each training say."""
    for model in models:
        for (dial, where), here in points[points["model"] == model].groupby(["dial", "where"], sort=False):
            each = pd.DataFrame([_heard(fields) for _, fields in here.groupby("seed")])
            yield {
                "model": model,
                "asked": dial,
                "where": where,
                "R2": each["R2"].mean(),
                LEAST: each["R2"].min(),
                MOST: each["R2"].max(),
                "slope": each["slope"].mean(),
                "bias": each["bias"].mean(),
                "trainings": 0 if model == TRUTH else len(each),
                "fields": len(here),
            }


def _heard(fields: pd.DataFrame) -> dict[str, float]:
    """R2 and slope, undefined where all were asked for the same, and bias."""
    asked = fields["asked"].to_numpy(float)
    away, apart = fields["got"].to_numpy(float) - asked, asked - asked.mean()
    spread = float(np.sum(apart**2)) or np.nan
    return {
        "R2": 1 - float(np.sum(away**2)) / spread,
        "slope": 1 + float(np.sum(apart * away)) / spread,
        "bias": float(away.mean()),
    }
