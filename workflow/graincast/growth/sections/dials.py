"""Score against shift: how the scores of each model change as one setting of the structures is turned."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from graincast.growth.experiment import Experiment
from graincast.growth.figures.dial_curves import score_against_dial
from graincast.report.parts import Chart, Section
from graincast.scoring.summary import summary

SCORES = {"ssim": "SSIM", "mean_radius_error": "Error of the mean radius"}  # a chart each
PLACE = ["dial", "key", "setting", "case"]
MEASURED = ["model", "score", "mean", "low", "high", "structures"]


def points(scores: pd.DataFrame, experiment: Experiment, named: Sequence[Sequence[str]]) -> pd.DataFrame:
    """A row a dial, data set, model and score: mean over structures and frames, and its 95% interval.

    Models are those trained on the first data set from the first seed. `named` are each dial's data sets, value by
    value; the test simulations of the data set that was trained on stand beside each dial and have none.
    """
    if not experiment.dials:
        return pd.DataFrame(columns=PLACE + MEASURED)
    dataset, seed = experiment.datasets[0], experiment.seeds[0]
    rows = [
        (dial.case, dial.key, setting, case)
        for dial, names in zip(experiment.dials, named, strict=True)
        for setting, case in [*zip(dial.values, names, strict=True), (np.nan, dataset)]
    ]
    placed = pd.DataFrame(rows, columns=PLACE)
    chosen = scores["score"].isin(SCORES) & (scores["dataset"] == dataset) & scores["case"].isin(placed["case"])
    first = scores["seed"].isna() | (scores["seed"] == seed)  # bounds have none
    numbers = summary(scores[chosen & first])
    return placed.merge(numbers[["case", *MEASURED]], on="case")


def section(turned: pd.DataFrame, experiment: Experiment, bounds: Mapping[str, str]) -> Section | None:
    """A chart a score of all dials, where there are any; `bounds` with the look of their lines."""
    if turned.empty:
        return None
    return Section("dials", "Score against shift", [_chart(turned, score, experiment, bounds) for score in SCORES])


def _chart(turned: pd.DataFrame, score: str, experiment: Experiment, bounds: Mapping[str, str]) -> Chart:
    here = turned[turned["score"] == score]
    dataset, seed = experiment.datasets[0], experiment.seeds[0]
    caption = (
        f"Each dial turns one setting of the structures alone. Mean over structures and frames of models trained on "
        f"{dataset} from seed {seed}; bands are 95% intervals over structures. Triangles at the left edge: the same "
        f"model in distribution, on the test simulations of {dataset}."
    )
    placed = here[here["model"].isin(experiment.models)].dropna(subset="setting")
    values = "; ".join(
        f"{model} on {dial} " + ", ".join(f"{row.mean:.3f} at {row.setting:g}" for row in rows.itertuples())
        for (dial, model), rows in placed.groupby(["dial", "model"], sort=False)
    )
    chart = score_against_dial(here, SCORES[score], experiment.models, bounds)
    return Chart(f"dials_{score}", chart, caption, f"{SCORES[score]} by setting: {values}.", SCORES[score])
