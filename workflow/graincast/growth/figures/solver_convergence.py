"""The phase field against front tracking, by the resolution of its grid."""

from typing import Any

import altair as alt
import pandas as pd

from graincast.material.compared_times import LEFT
from graincast.report import charts
from graincast.report.style import COLOURS


def difference_by_cells(validation: pd.DataFrame) -> Any:
    """Pixels that differ from front tracking with short segments, by cells to a grain's side of the phase field.

    From the rows of `material.solver_agreement`; dashed: front tracking with longer segments.
    """
    drawn = differences(validation)
    ticks = sorted(drawn["cells"].unique())
    x = alt.X(
        "cells:Q",
        title="cells to a grain's side",
        scale=alt.Scale(type="log", nice=False, padding=12),
        axis=alt.Axis(values=ticks, format="d"),
    )
    y = alt.Y(
        "phase field:Q",
        title="pixels that differ",
        scale=alt.Scale(type="log", nice=False, padding=12),
        axis=alt.Axis(format=".2~%"),
    )
    names = list(dict.fromkeys(drawn["left"]))
    look = charts.series(names, {}, (), "left")
    kept = charts.chosen(look)
    base = alt.Chart(drawn).encode(x=x, color=look.colour, opacity=charts.faded_unless(kept))
    numbers = [alt.Tooltip(f"{solver}:Q", format=".2%") for solver in ("phase field", "front tracking")]
    points = base.mark_point(filled=True, size=40).encode(
        y=y, shape=look.shape, tooltip=["left:N", "cells:Q", *numbers]
    )
    tracked = base.mark_line(strokeDash=list(charts.DASHES["--"]), strokeWidth=1).encode(y="front tracking:Q")
    return charts.finished(_sized(alt.layer(tracked, base.mark_line().encode(y=y), points.add_params(kept))))


def differences(validation: pd.DataFrame) -> pd.DataFrame:
    """A row a resolution of the phase field and share of grains left: mean over structures, front tracking's beside."""
    chosen = validation[validation["score"] == "label_difference"]
    chosen = chosen.assign(cells=chosen["case"].astype(float))
    tracked, fields = (chosen[chosen["model"] == solver] for solver in ("front_tracking", "phase_field"))
    coarsest = tracked[tracked["cells"] == tracked["cells"].max()].groupby("step")["value"].mean()
    found = fields.groupby(["step", "cells"])["value"].mean().rename("phase field").reset_index()
    left = found["step"].map(lambda frame: f"{LEFT[int(frame)]:.0%} of the grains left")
    return found.assign(left=left, **{"front tracking": found["step"].map(coarsest)})


def slope_by_cells(validation: pd.DataFrame) -> Any:
    """Slope of von Neumann-Mullins over the exact one, a point a structure and time, by cells to a grain's side."""
    fields = validation[(validation["model"] == "phase_field") & (validation["score"] == "mullins_slope")]
    drawn = fields.assign(cells=fields["case"].astype(float))[["cells", "sample", "step", "value"]]
    ticks = sorted(drawn["cells"].unique())
    points = alt.Chart().mark_point(filled=True, size=40, color=COLOURS[0])
    points = points.encode(
        x=alt.X(
            "cells:Q",
            title="cells to a grain's side",
            scale=alt.Scale(zero=False, nice=False, padding=12),
            axis=alt.Axis(values=ticks),
        ),
        y=alt.Y("value:Q", title="slope over the exact one", scale=alt.Scale(zero=False)),
        tooltip=["cells:Q", "structure:Q", "frame:Q", alt.Tooltip("value:Q", format=".3f")],
    )
    return charts.finished(_sized(alt.layer(charts.level(1.0), points, data=drawn)))


def _sized(layers: Any) -> Any:
    return layers.properties(width=1.4 * charts.PANEL_WIDTH, height=1.4 * charts.PANEL_HEIGHT)
