"""The report's section on measured maps: whose they are, which are left out, and whether the emulation foretold it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from graincast.experiment import Experiment
from graincast.scores.significance import independent_interval
from graincast.scores.summary import BETTER_WHEN_HIGH

COMPARED = {"ssim": "SSIM", "mean_radius_error": "relative error of the mean radius"}
TOO_SMALL = "too small: hardly anything is left of it within the margin"
UNKNOWN = "\N{EN DASH}"


@dataclass(frozen=True)
class Told:
    """What the report is told of measured maps beyond its tables."""

    maps: Mapping[str, Sequence[Sequence[str]]]  # of each measured case: name, licence and credit of every map at hand
    missing: Mapping[str, Mapping[str, str]]  # of each measured case: why maps are not there
    emulated: Sequence[str]  # cases that emulate a measurement

    def at_hand(self, experiment: Experiment) -> Experiment:
        """The experiment without cases of which no map is at hand."""
        return replace(experiment, cases=tuple(name for name in experiment.cases if self.maps.get(name, True)))

    def simulated(self, experiment: Experiment) -> Experiment:
        """The experiment without measured cases."""
        return replace(experiment, cases=tuple(name for name in experiment.cases if name not in self.maps))


@dataclass(frozen=True)
class Section:
    """One measured case."""

    case: str
    sentences: list[str]
    maps: list[list[str]]  # of those evaluated, a row each
    left_out: list[str]  # map and reason
    columns: tuple[str, ...] = ("map", "mean radius, um", "k t of all frames, um^2", "licence", "credit")


def told(configuration: Mapping[str, Any]) -> Told:
    """From the configuration that the report is given."""
    measured = configuration["measured"]
    return Told(
        {case: one["maps"] for case, one in measured.items()},
        {case: one["missing"] for case, one in measured.items()},
        configuration["emulated"],
    )


def sections(scores: pd.DataFrame, sheets: pd.DataFrame, experiment: Experiment, about: Told) -> list[Section]:
    """A section for every measured case, with or without maps."""
    return [_section(case, scores, sheets, experiment, about) for case in about.maps]


def _section(case: str, scores: pd.DataFrame, sheets: pd.DataFrame, experiment: Experiment, about: Told) -> Section:
    maps = about.maps[case]
    scored = set(scores.loc[scores["case"] == case, "structure"].dropna().astype(int))
    sheet = sheets[sheets["dataset"] == case]
    rows = [[name, *_scale(sheet, place), *whose] for place, (name, *whose) in enumerate(maps) if place in scored]
    left_out = [f"{name}: {TOO_SMALL}" for place, (name, *_) in enumerate(maps) if place not in scored]
    left_out += [f"{name}: {reason}" for name, reason in about.missing[case].items()]
    sentences = [sentence for beside in about.emulated for sentence in _gaps(scores, experiment, beside, case)]
    return Section(case, sentences if rows else [], rows, left_out)


def _scale(sheet: pd.DataFrame, structure: int) -> list[str]:
    """Mean radius of a map at the start and k t until the last frame, in micrometres where it has a scale."""
    own = sheet[sheet["structure"] == structure].sort_values("frame")
    radius, time = (own.loc[own["score"] == score, "value"] for score in ("mean_radius_um", "reduced_time_um2"))
    return [f"{radius.iloc[0]:.3g}", f"{time.iloc[-1]:.3g}"] if len(radius) else [UNKNOWN, UNKNOWN]


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
                f"{model}, {words}: {at_home:.3f} on {home}, {there - at_home:+.3f} on {emulated}, "
                f"{here - at_home:+.3f} on {measured}. Measured less emulated {here - there:+.3f} (95 % interval "
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
    return chosen.groupby("structure")["value"].mean().to_numpy(float)
