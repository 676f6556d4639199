"""The page's section on conditions: what was asked of a generator against what it drew."""

import numpy as np
import pandas as pd

from graincast.generation.figures import asked_chart
from graincast.report.parts import Chart, Part, Section, Table, Words

DIALS = {
    "size": "size, as asked of the command",
    "side": "side, as asked of the network, px",
    "spread": "spread of ln R",
}
NOTE = (
    "Each point is a periodic field of some 400 grains. A size is that of the pixels: the command asks the network for "
    "10 pixels to the side of a mean grain, always, and how the network takes another side is shown apart. Asked "
    "beyond what was learned from, a generator goes astray, "
    "which the command generate warns of. R\N{SUPERSCRIPT TWO} is over fields, 1 where all that was asked for came "
    "out; bias is the mean of got less asked. True fields lose their smallest grains to the reading too: theirs stand "
    "beside."
)


def section(asked: pd.DataFrame) -> Section | None:
    """Of rows of the one table."""
    if asked.empty:
        return None
    wide = asked.pivot_table(index=["model", "seed", "case", "sample"], columns="score", values="value").reset_index()
    points = pd.concat([_points(wide, dial, title) for dial, title in DIALS.items()], ignore_index=True)
    table = _table(points)
    said = ", ".join(f"{row['asked']} {row['where']} {row['R2']:.3f}" for row in table.to_dict("records"))
    formats = {"R2": "{:.3f}", "bias": "{:+.3f}", "fields": "{:.0f}"}
    parts: list[Part] = [
        Chart("asked_and_got", asked_chart.chart(points), "What was asked for and what came out.", f"R2: {said}."),
        Table("asked_and_got", table, "Asked and got", formats),
        Words([NOTE], "note"),
    ]
    return Section("conditions", "Is what is asked for what comes out?", parts)


def _points(wide: pd.DataFrame, dial: str, title: str) -> pd.DataFrame:
    """A row a field: what was asked, what came out, and where that lies."""
    here = wide[wide["case"].str.startswith(f"{dial}_")]
    return pd.DataFrame(
        {
            "model": here["model"],
            "dial": title,
            "where": here["case"].str.removeprefix(f"{dial}_").str.replace("_", " "),
            "asked": here[f"asked_{dial}"],
            "got": here[f"got_{dial}"],
        }
    )


def _table(points: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for (model, dial, where), here in points.groupby(["model", "dial", "where"], sort=False):
        away = (here["got"] - here["asked"]).to_numpy()
        spread = float(np.sum((here["asked"] - here["asked"].mean()) ** 2))
        rows.append(
            {
                "model": model,
                "asked": dial,
                "where": where,
                "R2": 1 - float(np.sum(away**2)) / spread if spread else np.nan,
                "bias": float(away.mean()),
                "fields": len(here),
            }
        )
    return pd.DataFrame(rows)
