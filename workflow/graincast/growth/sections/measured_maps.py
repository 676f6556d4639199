"""The report's section on measured maps: what they look like, whose they are, which are left out, and whether the
emulation foretold what models lose on them."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from graincast.growth.experiment import Experiment
from graincast.growth.figures.map_pictures import grain_map, scale_bar
from graincast.material import admission
from graincast.material.measured import map_table
from graincast.material.measured.cleaned import Cleaned, measures
from graincast.report.parts import Part, Picture, Section, Table, Words
from graincast.report.shown import ABSENT
from graincast.scoring.significance import independent_interval
from graincast.scoring.summary import BETTER_WHEN_HIGH

COMPARED = {"ssim": "SSIM", "mean_radius_error": "relative error of the mean radius"}
MINUTES = ("minutes from frame to frame", "minutes of all frames")
GRAINS = "grains with mirror images"
FORMATS = {GRAINS: "{:.0f}"}  # of numbers other than measures
Maps = Mapping[str, Mapping[str, Cleaned]]  # cleaned maps by measured case and name


@dataclass(frozen=True)
class Map:
    """A measured map that is evaluated, as its row of the table has it."""

    name: str
    number: int  # of its structure in the tables: its place in the table of maps
    licence: str
    credit: str
    um2_per_minute: float | None  # reduced mobility


@dataclass(frozen=True)
class MapsAtHand:
    """What the report is told of measured maps beyond its tables."""

    maps: Mapping[str, Sequence[Map]]  # of each measured case: the maps that are evaluated, by their number
    left_out: Mapping[str, Mapping[str, str]]  # of each measured case: why others are not
    emulated: Sequence[str]  # cases that emulate a measurement
    tables: Mapping[str, str]  # of each measured case: the name of its table of maps

    def by_case(self, cleaned: Maps) -> Maps:
        """Cleaned maps by case, from those by table."""
        return {case: cleaned.get(self.tables[case], {}) for case in self.maps}

    def at_hand(self, experiment: Experiment) -> Experiment:
        """The experiment without cases of which no map is at hand."""
        return replace(experiment, cases=tuple(name for name in experiment.cases if self.maps.get(name, True)))

    def simulated(self, experiment: Experiment) -> Experiment:
        """The experiment without measured cases."""
        return replace(experiment, cases=tuple(name for name in experiment.cases if name not in self.maps))


def told(tables: Mapping[str, Path], verdicts: Sequence[Path], emulated: Sequence[str]) -> MapsAtHand:
    """From the table of maps of each measured case, and the verdicts CASE/MAP.csv on its maps."""
    rows = {case: list(enumerate(map_table.load_all(path))) for case, path in tables.items()}
    reasons = {case: admission.read_all([one for one in verdicts if one.parent.name == case]) for case in tables}
    maps = {
        case: [
            Map(row.name, number, row.licence, row.credit, row.um2_per_minute)
            for number, row in numbered
            if not reasons[case][row.name]
        ]
        for case, numbered in rows.items()
    }
    return MapsAtHand(
        maps,
        {case: admission.left_out(found) for case, found in reasons.items()},
        emulated,
        {case: path.stem for case, path in tables.items()},
    )


def sections(
    scores: pd.DataFrame, sheets: pd.DataFrame, maps: Maps, experiment: Experiment, about: MapsAtHand
) -> list[Section]:
    """A section for every measured case, with or without maps."""
    return [
        Section(f"measured_{case}", _title(case, about), _parts(case, scores, sheets, maps, experiment, about))
        for case in about.maps
    ]


def _title(case: str, about: MapsAtHand) -> str:
    """The case is named where there are others."""
    return f"Measured maps: {case}" if len(about.maps) > 1 else "Measured maps"


def _parts(
    case: str, scores: pd.DataFrame, sheets: pd.DataFrame, maps: Maps, experiment: Experiment, about: MapsAtHand
) -> list[Part]:
    missing = [f"Not evaluated: {name}: {reason}." for name, reason in about.left_out[case].items()]
    left_out: list[Part] = [Words(missing)] if missing else []
    if not about.maps[case]:
        return [Words(["No measured map was evaluated."]), *left_out]
    gaps = [sentence for beside in about.emulated for sentence in _gaps(scores, experiment, beside, case)]
    return [
        Words([_truth(case)]),
        *([Words(gaps)] if gaps else []),
        *(picture(case, row, maps[case][row.name]) for row in about.maps[case]),
        table(case, sheets[sheets["dataset"] == case], about.maps[case]),
        Words(_notes(about.maps[case]), "note"),
        *left_out,
    ]


def _truth(case: str) -> str:
    return (
        f"The truth of {case} is simulated from a measured start: maps were measured, their growth was not. A map is "
        "mirrored at its edges and evolves as a whole; scores count the map alone, without a margin that the mirror "
        "can influence. One map is one structure."
    )


def _notes(maps: Sequence[Map]) -> list[str]:
    return [
        "Maps are numbered in tables/ by their place in the table of maps, from 0. An interval over so few maps is "
        "rather too narrow.",
        "Left out on measured maps: doubt, attention and equivariance, which would count mirror images.",
        _minutes(maps),
    ]


def _minutes(maps: Sequence[Map]) -> str:
    """Of which maps the times are in minutes, and what the others lack."""
    without = ", ".join(row.name for row in maps if row.um2_per_minute is None)
    said = "Minutes are k t over the reduced mobility k that the table of maps gives in its column um2_per_minute"
    return f"{said}, which is empty for {without}: no minutes can be given there." if without else f"{said}."


def picture(case: str, row: Map, of: Cleaned) -> Picture:
    """The grains of a map, its quality beside them, and in words how many and how large they are."""
    beside = "" if of.quality is None else ", and beside them the pattern quality of the same points"
    caption = (
        f"{row.name}: its grains once it is cleaned, in colours that mean nothing else{beside}. The bar is "
        f"{' '.join(scale_bar(of))} long. Map: {row.credit} ({row.licence})."
    )
    return Picture(f"map_{case}_{row.name}", grain_map(of), caption, _alt(row.name, of), row.name)


def _alt(name: str, of: Cleaned) -> str:
    """A map in words."""
    found, (height, width) = measures(of), of.labels.shape
    if of.step is None:
        size = f"{found['mean_diameter_points']:.3g} points in {width} x {height} points"
    else:
        size = f"{found['mean_diameter_um']:.3g} µm in {width * of.step:.3g} x {height * of.step:.3g} µm"
    words = f"Map of {name}: {of.grains} grains with a mean diameter of {size}"
    if of.twins is not None:
        words += f"; {100 * of.twins:.0f} % of the boundary between measured grains is Sigma3"
    if of.filled:
        words += f"; {100 * of.filled:.1f} % of the points were filled"
    if of.quality is not None:
        low, middle, high = np.nanpercentile(of.quality, (5, 50, 95))
        words += f". Pattern quality: median {middle:.3g}, nine tenths of the points from {low:.3g} to {high:.3g}"
    return words + "."


def table(case: str, sheet: pd.DataFrame, maps: Sequence[Map]) -> Table:
    """A row a map, in micrometres and minutes where it has a scale and a mobility."""
    rows = [_row(sheet[sheet["sample"] == row.number], row) for row in maps]
    frame = pd.DataFrame(rows)
    if all(row.um2_per_minute is None for row in maps):
        frame = frame.drop(columns=list(MINUTES))
    formats = {name: FORMATS.get(name, _three_digits) for name in map(str, frame.select_dtypes("number"))}
    return Table(f"maps_{case}", frame, f"Measured maps of {case} that were evaluated", formats)


def _three_digits(value: float) -> str:
    """A measure to three digits, without powers of ten."""
    if math.isnan(value):
        return ABSENT
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _row(sheet: pd.DataFrame, row: Map) -> dict[str, Any]:
    """What the data sheet says of one map, by frame; NaN: the map has no scale, or its growth no minutes."""
    by_frame = sheet.pivot_table(index="step", columns="score", values="value").reindex(
        columns=["grain_count", "mean_radius_um", "reduced_time_um2"]
    )
    radius, time = by_frame["mean_radius_um"], by_frame["reduced_time_um2"]
    minutes = time / (np.nan if row.um2_per_minute is None else row.um2_per_minute)
    return {
        "map": row.name,
        GRAINS: by_frame["grain_count"].iloc[0],
        "mean radius, µm": radius.iloc[0],
        "mean radius at the end, µm": radius.iloc[-1],
        "k t of all frames, µm²": time.iloc[-1],
        **dict(zip(MINUTES, (minutes.iloc[1], minutes.iloc[-1]), strict=True)),
        "licence": row.licence,
        "credit": row.credit,
    }


def _gaps(scores: pd.DataFrame, experiment: Experiment, emulated: str, measured: str) -> Iterator[str]:
    """Does the emulation predict what a model loses on measured maps? A sentence a model and score."""
    home = experiment.datasets[0]
    if home not in experiment.cases:
        return
    own = scores[scores["dataset"] == home]
    for score, words in COMPARED.items():
        chosen = own[own["score"] == score]
        for model in experiment.models:
            values = [_by_structure(chosen, model, case) for case in (home, emulated, measured)]
            at_home, there, here = (one.mean() for one in values)
            low, high = independent_interval(values[2], values[1], np.random.default_rng(0))
            yield (
                f"{model}, {words}: {at_home:.3f} on {home}; it changes by {there - at_home:+.3f} on {emulated} and by "
                f"{here - at_home:+.3f} on {measured}, a difference of {here - there:+.3f} (95% interval "
                f"{low:+.3f} to {high:+.3f}, {len(values[1])} structures and {len(values[2])} maps): "
                f"{_verdict(low, high, BETTER_WHEN_HIGH.get(score, False))}."
            )


def _verdict(low: float, high: float, better_when_high: bool) -> str:
    if low <= 0 <= high:
        return "the two gaps cannot be told apart"
    worse = high < 0 if better_when_high else low > 0
    return "the emulation promises too much" if worse else "the emulation promises too little"


def _by_structure(scores: pd.DataFrame, model: str, case: str) -> NDArray[np.float64]:
    chosen = scores[(scores["model"] == model) & (scores["case"] == case)]
    return chosen.groupby("sample")["value"].mean().to_numpy(float)
