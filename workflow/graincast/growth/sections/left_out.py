"""What was not evaluated, and why: read from the experiment and the tables alone, so that it is true of any run."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, product

import pandas as pd

from graincast.growth.experiment import Experiment
from graincast.growth.judging import reliability as doubts
from graincast.growth.judging.physics import CALM_GRAINS, MEAN_RATE
from graincast.growth.sections import measured_maps
from graincast.growth.sections.cost import Speed
from graincast.report.parts import Section, Table, Words
from graincast.report.words import listed
from graincast.scoring import uncertainty

MOST_NAMES = 8  # of scores in one cell
ENDING = re.compile(r"(_at_[\d.]+|_p)$")  # of the same score read in another way, or of its p-value
UNMEASURED = "not measured on this case for any model"
MIRRORED = "left out on measured maps, which are mirrored at their edges"
LEAD = "Made from the experiment and its tables: what could be expected of this page and is not on it."
OF_MAPS = " Single measured maps that were left out stand in the section on measured maps, with the reason."
GPU = "gpu_seconds_alone_median"


@dataclass(frozen=True)
class Left:
    """One thing that was not evaluated."""

    what: str
    of: str
    why: str


@dataclass(frozen=True)
class Evaluated:
    """What there is."""

    experiment: Experiment
    scores: pd.DataFrame
    sheets: pd.DataFrame
    doubt: pd.DataFrame
    speeds: Mapping[str, Speed]
    maps: measured_maps.MapsAtHand
    unused: Mapping[str, Sequence[str]]  # of each kind of part: names that the library has and this experiment has not
    dials: Sequence[Sequence[str]]  # of each dial: data sets, value by value


def section(evaluated: Evaluated) -> Section | None:
    """The section; nothing where nothing was left out."""
    found = [left for reason in REASONS for left in reason(evaluated)]
    if not found:
        return None
    rows = pd.DataFrame([{"what": left.what, "of": left.of, "why not": left.why} for left in found])
    lead = Words([LEAD + (OF_MAPS if evaluated.maps.maps else "")])
    table = Table("left_out", rows, "What was not evaluated, and why")
    return Section("left_out", "What was not evaluated, and why", [lead, table])


def _unused_parts(evaluated: Evaluated) -> Iterator[Left]:
    for kind, names in evaluated.unused.items():
        for name in names:
            yield Left(f"the {kind} {name}", "all cases", "the library has it, this experiment names nothing of it")


def _home_cases(evaluated: Evaluated) -> Iterator[Left]:
    experiment = evaluated.experiment
    for dataset in experiment.datasets:
        if dataset not in experiment.cases:
            yield Left(f"{dataset}, in distribution", listed(experiment.models), "trained on, but named as no case")
    if set(experiment.cases) <= set(experiment.datasets):
        yield Left("shifted structures", listed(experiment.models), "every case was trained on")


def _maps(evaluated: Evaluated) -> Iterator[Left]:
    """Measured cases of which no map is there; of which maps others are, their own section tells."""
    for case, maps in evaluated.maps.maps.items():
        if not maps:
            yield Left(f"the case {case}", "all models", "none of its maps can be evaluated")


def _dials(evaluated: Evaluated) -> Iterator[Left]:
    """What dials add is evaluated for less than the cases are."""
    experiment = evaluated.experiment
    others = [f"data set {name}" for name in experiment.datasets[1:]] + [
        f"seed {seed}" for seed in experiment.seeds[1:]
    ]
    turned = [name for names in evaluated.dials for name in names if name not in experiment.cases]
    if turned and others:
        why = "dials are turned for the first training data set and the first seed alone"
        yield Left(f"trainings on or from {listed(others)}", listed(list(dict.fromkeys(turned))), why)


def _missing_scores(evaluated: Evaluated) -> Iterator[Left]:
    """Scores that some models or cases have and others have not."""
    given = _of_models(evaluated)[["case", "model", "score"]].drop_duplicates()
    everything = list(dict.fromkeys(given["score"]))
    by_model = {model: set(rows["score"]) for model, rows in given.groupby("model", sort=False)}
    for model, own in by_model.items():
        without = [score for score in everything if score not in own]
        if without:
            yield Left(_some(without), str(model), "the model gives nothing that this could be read from")
    for case, of_case in given.groupby("case", sort=False):
        without = [score for score in everything if score not in set(of_case["score"])]
        if without:
            yield Left(_some(without), str(case), _why_not_on(str(case), evaluated))


def _few_structures(evaluated: Evaluated) -> Iterator[Left]:
    """Structures of a case that a score was not measured on for anyone, and those that single models lost."""
    counts = _of_models(evaluated).groupby(["case", "score", "model"], sort=False)["sample"].nunique().reset_index()
    for case, here in counts.groupby("case", sort=False):
        all_of_case = int(here["sample"].max())
        most = here.groupby("score", sort=False)["sample"].max()
        for number, scores in groupby(
            most[most < all_of_case].sort_values(kind="stable").items(), lambda item: item[1]
        ):
            why = f"measured on {number} of the {all_of_case} structures only"
            yield Left(_some([str(name) for name, _ in scores]), str(case), why)
        lost = here[here["sample"] < here["score"].map(most)]
        for model, rows in lost.groupby("model", sort=False):
            fewest = int(rows["sample"].min())
            why = f"not to be had on every structure; the fewest are {fewest} of {all_of_case}"
            yield Left(_some(list(rows["score"])), f"{model} on {case}", why)


def _redrawn(evaluated: Evaluated) -> Iterator[Left]:
    drawn = evaluated.sheets[evaluated.sheets["score"] == "redrawn"]
    for dataset, rows in drawn.groupby("dataset", sort=False):
        count = int(rows.groupby("sample")["value"].max().sum())
        if count:
            why = "the solver could not evolve them; drawn anew, reasons in the trajectory files"
            yield Left(f"{count} structures as first drawn", str(dataset), why)


def _doubt(evaluated: Evaluated) -> Iterator[Left]:
    """Ensembles and bands that there are not."""
    experiment, table = evaluated.experiment, evaluated.doubt
    cases = [case for case in experiment.cases if evaluated.maps.maps.get(case, True)]
    for case in cases:
        if case not in set(table["case"]):
            yield Left("disagreement, bands, detection of shift", case, _why_not_on(case, evaluated))
    for model, dataset in product(experiment.models, experiment.datasets):
        own = table[(table["model"] == model) & (table["dataset"] == dataset)]
        trained = f"{model} trained on {dataset}"
        if "disagreement" not in set(own["score"]):
            one = len(experiment.seeds) == 1
            why = "there is one training seed" if one else "every seed gives the same model"
            yield Left("disagreement between trainings", trained, why)
        counted = own.loc[own["score"] == "calibration_structures", "value"]
        needed = uncertainty.calibration_needed(doubts.LEVEL)
        if len(counted) and counted.iloc[0] < needed:
            why = f"{needed} validation simulations are needed, {dataset} has {counted.iloc[0]:.0f}"
            yield Left(f"{doubts.LEVEL:.0%} bands", trained, why)


def _speed(evaluated: Evaluated) -> Iterator[Left]:
    for dataset, speed in evaluated.speeds.items():
        if GPU not in set(speed.rows["score"]):
            yield Left("times on a GPU", f"models trained on {dataset}", "they were timed on a machine without one")


def _why_not_on(case: str, evaluated: Evaluated) -> str:
    return MIRRORED if case in evaluated.maps.maps else UNMEASURED


def _of_models(evaluated: Evaluated) -> pd.DataFrame:
    """Scores of models on the cases, bounds and dials aside, and those of numbers of sides that few grains have."""
    scores, experiment = evaluated.scores, evaluated.experiment
    by_sides = scores["score"].str.startswith((MEAN_RATE, CALM_GRAINS))
    return scores[scores["model"].isin(experiment.models) & scores["case"].isin(experiment.cases) & ~by_sides]


def _some(names: Sequence[str]) -> str:
    """The first of the names, those that differ in their ending as one, and how many there are besides."""
    kinds = list(dict.fromkeys(ENDING.sub("", name) for name in names))
    more = len(kinds) - MOST_NAMES
    return listed([*kinds[:MOST_NAMES], f"{more} more"] if more > 0 else kinds)


REASONS = (
    _unused_parts,
    _home_cases,
    _maps,
    _dials,
    _missing_scores,
    _few_structures,
    _redrawn,
    _doubt,
    _speed,
)
