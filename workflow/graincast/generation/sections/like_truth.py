"""The page's section on generation: every source of structures against the truth that is read as it is.

A distance is shown beside the ceiling, that of other true structures: nothing made can be expected to be nearer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from graincast.generation.catalogue import ALL_STEPS
from graincast.generation.figures import ceiling_shares
from graincast.report.parts import Chart, Part, Section, Table, Words

DISTANCES = {
    "relative_radius_wasserstein": "W1 of R/<R>",
    "sides_wasserstein": "W1 of n",
    "aspect_ratio_wasserstein": "W1 of aspect ratio",
    "same_grain_error_x": "same grain, x",
    "boundary_correlation_error_all": "two-point, boundary",
    "chord_wasserstein_x": "W1 of chords, x",
    "log_spectral_distance": "spectrum, dB",
    "angle_wasserstein_degrees": "W1 of angles, degrees",
}
LAWS = {
    "sides_spread": "spread of n",
    "relative_radius_spread": "spread of R/<R>",
    "radius_slope_px": "slope of R (px) against n",
    "relative_radius_slope": "slope of R/<R> against n",
    "aboav_weaire_a": "Aboav-Weaire a",
    "lewis_slope": "Lewis slope",
    "mean_aspect_ratio": "aspect ratio",
    "stretch": "stretch",
    "dihedral_spread_degrees": "rms off 120 degrees",
    "relative_curvature": "curvature times <R>",
    "grains": "grains",
}
OVERALL = {
    "auroc_grains": "AUROC of trees",
    "nearest_training_piece": "nearest training piece",
    "nearest_training_piece_of_truth": "the same of unseen pieces",
    "seconds": "seconds a structure",
}


@dataclass(frozen=True)
class SourceKind:
    """Sources that are read alike."""

    name: str  # of its tables
    title: str
    labels: Mapping[str, str]  # of its sources in the table, the truth first
    truth: str
    ceiling: str
    note: str


def section(scores: pd.DataFrame, kinds: Sequence[SourceKind]) -> Section:
    """A chart and three tables for each way to read."""
    parts: list[Part] = []
    for kind in kinds:
        here = scores[scores["model"].isin(list(kind.labels))]
        parts += [_chart(here, kind), _distances(here, kind), _laws(here, kind), _overall(here, kind)]
        parts.append(Words([kind.note], "note"))
    return Section("generated", "Generated structures against true ones", parts)


def mean_values(scores: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Means over trainings [source, step] x score; an interval reaches as far as that of any training."""
    some = scores[scores["score"].isin(list(names))]
    values = some.groupby(["model", "step", "score"])["value"].agg(["mean", "min", "max"]).reset_index()
    ends = values["score"].str.rsplit("_", n=1).str[-1]
    values["value"] = values["mean"].where(ends != "low", values["min"]).where(ends != "high", values["max"])
    return values.pivot_table(index=["model", "step"], columns="score", values="value")


def shares(scores: pd.DataFrame, kind: SourceKind) -> pd.DataFrame:
    """Rows of source, step, statistic and what its distance is over that of the ceiling."""
    values = mean_values(scores[scores["step"] != ALL_STEPS], list(DISTANCES))
    ceiling = values.loc[kind.ceiling]
    rows = [
        {
            "source": kind.labels[source],
            "step": step + 1,
            "statistic": DISTANCES[score],
            "times the ceiling": values.loc[(source, step), score] / ceiling.loc[step, score],
        }
        for source, step in values.index
        if source not in (kind.truth, kind.ceiling)
        for score in values.columns
    ]
    return pd.DataFrame(rows, columns=["source", "step", "statistic", "times the ceiling"]).dropna()


def _chart(scores: pd.DataFrame, kind: SourceKind) -> Chart:
    found = shares(scores, kind)
    medians = found.groupby("source")["times the ceiling"].median().sort_values()
    said = ", ".join(f"{name} {value:.1f}" for name, value in medians.items())
    caption = (
        "Distance to the truth over that of other true structures, each statistic and step a point; 1 is as near as "
        "can be told. Logarithmic."
    )
    alt = f"Medians over all statistics and steps: {said}."
    return Chart(f"{kind.name}_over_ceiling", ceiling_shares.chart(found), caption, alt, title=kind.title)


def _distances(scores: pd.DataFrame, kind: SourceKind) -> Table:
    """Distances by source and step with their intervals."""
    names = [name + end for name in DISTANCES for end in ("", "_low", "_high")]
    values = mean_values(scores[(scores["step"] != ALL_STEPS) & (scores["model"] != kind.truth)], names)
    frame = _labelled(values, kind, DISTANCES)
    formats = dict.fromkeys(DISTANCES.values(), "{:.4f}")
    return Table(f"{kind.name}_distances", frame, f"{kind.title}: distances to the truth, by step", formats)


def _laws(scores: pd.DataFrame, kind: SourceKind) -> Table:
    names = [name + end for name in LAWS for end in ("", "_low", "_high")]
    values = mean_values(scores[scores["step"] != ALL_STEPS], names)
    formats = {**dict.fromkeys(LAWS.values(), "{:.3f}"), "grains": "{:.0f}"}
    return Table(f"{kind.name}_laws", _labelled(values, kind, LAWS), f"{kind.title}: laws that grains keep", formats)


def _overall(scores: pd.DataFrame, kind: SourceKind) -> Table:
    names = [name + end for name in OVERALL for end in ("", "_low", "_high")]
    values = mean_values(scores[(scores["step"] == ALL_STEPS) & (scores["model"] != kind.truth)], names)
    formats = {**dict.fromkeys(OVERALL.values(), "{:.3f}"), "seconds a structure": "{:.2g}"}
    frame = _labelled(values, kind, OVERALL).drop(columns="step")
    return Table(f"{kind.name}_overall", frame, f"{kind.title}: who can tell, copies, and time", formats)


def _labelled(values: pd.DataFrame, kind: SourceKind, labels: Mapping[str, str]) -> pd.DataFrame:
    """A row a source and step, in the kind's order, with columns called as a reader should see them."""
    order = {source: place for place, source in enumerate(kind.labels)}
    frame = values.reset_index().sort_values(
        ["step", "model"], key=lambda column: column.map(order) if column.name == "model" else column
    )
    columns = {"source": frame["model"].map(dict(kind.labels)), "step": frame["step"] + 1}
    for name, label in labels.items():
        if name in frame:
            columns[label] = frame[name]
        for end, tail in (("_low", " low"), ("_high", " high")):
            if name in frame and name + end in frame and np.isfinite(frame[name + end]).any():
                columns[label + tail] = frame[name + end]
    return pd.DataFrame(columns).reset_index(drop=True)
