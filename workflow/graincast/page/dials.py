"""Score against shift: how the scores of each model change as one setting of the structures is turned."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from graincast.experiment import Experiment
from graincast.figures.dials import score_against_dial
from graincast.page.parts import Picture, Section
from graincast.scores.summary import summary

SCORES = ("ssim", "mean_radius_error")  # a row of panels each
PLACE = ["dial", "key", "setting", "case"]
MEASURED = ["model", "score", "mean", "low", "high", "structures"]


def points(scores: pd.DataFrame, experiment: Experiment, settings: Mapping[str, Sequence[float]]) -> pd.DataFrame:
    """A row a dial, data set, model and score: mean over structures and frames, and its 95 % interval.

    Models are those trained on the first data set from the first seed. `settings` are those of each dial's data sets;
    the test simulations of the data set that was trained on stand beside each dial and have none.
    """
    if not experiment.dials:
        return pd.DataFrame(columns=PLACE + MEASURED)
    dataset, seed = experiment.datasets[0], experiment.seeds[0]
    rows = [
        (dial.name, dial.key, setting, case)
        for dial in experiment.dials
        for setting, case in [*zip(settings[dial.name], dial.cases, strict=True), (np.nan, dataset)]
    ]
    placed = pd.DataFrame(rows, columns=PLACE)
    chosen = scores["score"].isin(SCORES) & (scores["dataset"] == dataset) & scores["case"].isin(placed["case"])
    first = scores["seed"].isna() | (scores["seed"] == seed)  # bounds have none
    numbers = summary(scores[chosen & first])
    return placed.merge(numbers[["case", *MEASURED]], on="case")


def section(turned: pd.DataFrame, experiment: Experiment, bounds: Mapping[str, str]) -> Section | None:
    """One figure of all dials, where there are any; `bounds` with the look of their lines."""
    if turned.empty:
        return None
    figure = score_against_dial(turned, SCORES, experiment.models, bounds)
    dataset, seed = experiment.datasets[0], experiment.seeds[0]
    caption = (
        f"Each dial turns one setting of the structures alone. Mean over structures and frames of models trained on "
        f"{dataset} from seed {seed}; bars are 95 % intervals over structures. Triangles at the left edge: the same "
        f"model in distribution, on the test simulations of {dataset}."
    )
    shown = turned[(turned["score"] == SCORES[0]) & turned["model"].isin(experiment.models)]
    values = "; ".join(
        f"{model} on {dial} " + ", ".join(f"{row.mean:.3f} at {row.setting:g}" for row in rows.itertuples())
        for (dial, model), rows in shown.dropna(subset="setting").groupby(["dial", "model"], sort=False)
    )
    alt = f"{SCORES[0].upper()} by setting: {values}."
    return Section("dials", "Score against shift", [Picture("dials", figure, caption, alt)])
