"""The report's section on distributions: how much of the surface belongs to grains of each size and number of sides."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from graincast.growth.experiment import Experiment
from graincast.growth.figures.shares import FROM, shares_beside
from graincast.report.parts import HIGH, LOW, Chart, Part, Section, Table, Words
from graincast.scoring import populations
from graincast.scoring.summary import summary

BOUNDS = {"truth": "-", "pixels": "--"}  # shown, with the look of their lines


@dataclass(frozen=True)
class Kind:
    """One of the two distributions."""

    name: str
    start: str  # of the names of its scores
    words: str
    axis: str
    centre: float  # of a bin, above its lower edge


KINDS = (
    Kind("radii", populations.RADIUS_SHARE, "equivalent circle radius", "R / true mean R", 0.1),
    Kind("sides", populations.SIDES_SHARE, "number of neighbours", "neighbours of a grain", 0.0),
)
DISTANCES = {
    "radius_distance": "distance of radii",
    "radius_divergence": "divergence of radii",
    "sides_distance": "distance of sides",
    "sides_divergence": "divergence of sides",
}
NOTE = (
    "A grain counts as much as it covers, and radii are taken over the mean radius of the true grains, so that growing "
    "too fast is an error too; the last bin is open. Distance: Wasserstein's, in true mean radii or in sides. "
    "Divergence: Kullback and Leibler's of the prediction from the truth, in nats."
)


def section(scores: pd.DataFrame, numbers: pd.DataFrame, experiment: Experiment) -> Section | None:
    """A chart of sizes and one of sides, and how far apart they are; `numbers` is the summary of the scores."""
    charts = list(_charts(numbers, experiment))
    if not charts:
        return None
    parts: list[Part] = [*charts, _table(scores), Words([NOTE], "note")]
    return Section("distributions", "Size and neighbour distributions: truth against prediction", parts)


def shares(numbers: pd.DataFrame, kind: Kind) -> pd.DataFrame:
    """The rows of one distribution, with the lower edge of each bin."""
    chosen = numbers[numbers["score"].str.startswith(kind.start)]
    return chosen.assign(**{FROM: chosen["score"].str.removeprefix(kind.start).astype(float)})


def _charts(numbers: pd.DataFrame, experiment: Experiment) -> Iterator[Chart]:
    """Of the truth, what pixels allow, and the models that were trained on the first data set."""
    shown = [*experiment.models, *BOUNDS]
    here = numbers[(numbers["trained on"] == experiment.datasets[0]) & numbers["model"].isin(shown)]
    for kind in KINDS:
        drawn = shares(here, kind)
        if drawn.empty:
            continue
        caption = (
            f"Share of the surface by {kind.words} in the last frame: mean over structures and trainings, bands are "
            "95% intervals over structures."
        )
        chart = shares_beside(drawn, experiment.models, BOUNDS, kind.axis, kind.centre)
        yield Chart(f"shares_{kind.name}", chart, caption, _alt(drawn, kind), f"By {kind.words}")


def _alt(drawn: pd.DataFrame, kind: Kind) -> str:
    """Where each distribution is highest."""
    highest = drawn.loc[drawn.groupby(["case", "model"], sort=False)["mean"].idxmax()]
    peaks = ", ".join(
        f"{row['model']} on {row['case']} {row['mean']:.1%} from {row[FROM]:g}" for _, row in highest.iterrows()
    )
    return f"Share of the surface by {kind.words} in the last frame, highest at: {peaks}."


def _table(scores: pd.DataFrame) -> Table:
    """How far the distributions of the last frame of each case are from the true ones."""
    chosen = scores[scores["score"].isin(DISTANCES)]
    last = chosen[chosen["step"] == chosen.groupby("case")["step"].transform("max")]
    wide = summary(last).pivot_table(
        index=["case", "model", "trained on", "structures"], columns="score", values=["mean", "low", "high"], sort=False
    )
    columns = {
        words + end: wide[measure, score]
        for score, words in DISTANCES.items()
        for measure, end in (("mean", ""), ("low", LOW), ("high", HIGH))
    }
    frame = pd.DataFrame(columns).reset_index()
    return Table("distributions", frame, "Distributions in the last frame", dict.fromkeys(DISTANCES.values(), "{:.3f}"))
