"""The page's section on measured maps: learned from one half, held against the other."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from graincast.generation.figures import grain_pictures
from graincast.generation.judging.halves import CEILING, DIAGRAM, OURS
from graincast.report.parts import Part, Picture, Section, Table, Words
from graincast.report.words import interval, listed
from graincast.scoring.significance import grouped_interval

SCORES = {
    "sides_wasserstein": "W1 of n",
    "relative_radius_wasserstein": "W1 of R/<R>",
    "aspect_ratio_wasserstein": "W1 of aspect ratio",
    "same_grain_error_x": "same grain, x",
    "same_grain_error_y": "same grain, y",
    "boundary_correlation_error_all": "two-point, boundary",
    "chord_wasserstein_x": "W1 of chords, x",
    "chord_wasserstein_y": "W1 of chords, y",
}
ASIDE = {"grains": "grains counted", "mean_aspect_ratio": "aspect ratio", "nearest_learned_piece": "nearest piece"}
Pictures = Mapping[str, Mapping[str, NDArray[np.int32]]]


def section(scores: pd.DataFrame, pictures: Pictures, left_out: Mapping[str, str]) -> Section:
    """Gains over the power diagram, all scores, a picture of each map, and what is left out."""
    parts: list[Part] = []
    if not scores.empty:
        parts += [Words(verdicts(scores), "list"), _gains(scores), _all(scores)]
    parts += [_picture(name, maps) for name, maps in pictures.items()]
    if left_out:
        parts.append(Words([f"{name} is left out: {reason}." for name, reason in left_out.items()], "note"))
    parts.append(Words([NOTE], "note"))
    return Section("measured", "Measured maps: learned from one half, held against the other", parts)


NOTE = (
    "A map is cut across its longer side, a band of a mean grain between the halves belongs to neither, and each is "
    "learned from once. Halves hold some tens of whole grains: intervals are over maps, so what differs by less than "
    "they are wide is not known. The half learned from, held against the other itself, shows how alike two halves are. "
    "'nearest piece' is the mean correlation of pieces with the most alike place of the half that was learned from: 1 "
    "for copies. Neighbours' misorientations are not matched by any of these."
)


def gains(scores: pd.DataFrame) -> pd.DataFrame:
    """By how much ours is nearer to the met half than the power diagram, over both ways, trainings and maps."""
    rows = []
    for score, label in SCORES.items():
        here = scores[scores["score"] == score]
        wide = here.pivot_table(index=["case", "sample"], columns="model", values="value", aggfunc="mean")
        if not {OURS, DIAGRAM, CEILING} <= set(wide.columns):
            continue
        wide = wide[[OURS, DIAGRAM, CEILING]].dropna()
        if wide.empty:
            continue
        gain = (wide[DIAGRAM] - wide[OURS]).to_numpy()
        maps = wide.index.get_level_values("case").to_numpy()
        low, high = grouped_interval(gain, maps, np.random.default_rng(0))
        means = {name: float(wide[name].mean()) for name in (OURS, DIAGRAM, CEILING)}
        rows.append({"statistic": label, **means, "gain": float(gain.mean()), "gain low": low, "gain high": high})
    return pd.DataFrame(rows)


def verdicts(scores: pd.DataFrame) -> list[str]:
    """What is nearer, what is farther, and what cannot be told, in sentences."""
    table = gains(scores)
    groups = {
        "Nearer to the unseen half than the power diagram with the same sizes": table[table["gain low"] > 0],
        "Farther from that half than the power diagram": table[table["gain high"] < 0],
        "Not to be told apart by these maps": table[(table["gain low"] <= 0) & (table["gain high"] >= 0)],
    }
    said = []
    for start, rows in groups.items():
        if len(rows):
            named = [
                f"{row['statistic']} {row['gain']:+.3f} {interval(row['gain low'], row['gain high'])}"
                for _, row in rows.iterrows()
            ]
            said.append(f"{start}: {listed(named)}.")
    return said


def _gains(scores: pd.DataFrame) -> Table:
    table = gains(scores)
    formats = dict.fromkeys([OURS, DIAGRAM, CEILING, "gain"], "{:.4f}")
    return Table("halves_gains", table, "Distances to the half that was not learned from, over all maps", formats)


def _all(scores: pd.DataFrame) -> Table:
    """Means over both ways and trainings, a row a map and source."""
    named = {**SCORES, **ASIDE}
    some = scores[scores["score"].isin(list(named))]
    wide = some.pivot_table(index=["case", "model"], columns="score", values="value", aggfunc="mean")
    wide = wide[[name for name in named if name in wide]].rename(columns=named).reset_index()
    frame = wide.rename(columns={"case": "map", "model": "made by"})
    formats = {**dict.fromkeys(named.values(), "{:.3f}"), "grains counted": "{:.0f}"}
    return Table("halves", frame, "Each measured map: distances to its other half", formats)


def _picture(name: str, maps: Mapping[str, NDArray[np.int32]]) -> Picture:
    counts = ", ".join(f"{who} {int(labels.max()) + 1}" for who, labels in maps.items())
    caption = f"{name}: the half that is met, the half learned from, and what is made of it, at one scale."
    return Picture(f"halves_{name}", grain_pictures.side_by_side(maps, 3), caption, f"Grains in each: {counts}.")
