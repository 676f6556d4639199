"""The answer that the page opens with: what to trust, in a sentence each, and one picture."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from graincast.generation.catalogue import ALL_STEPS
from graincast.generation.figures import grain_pictures
from graincast.generation.sections import like_truth, measured_halves
from graincast.generation.sections.like_truth import SourceKind
from graincast.report.parts import Part, Picture, Section, Words
from graincast.report.words import interval, listed

NAME = "wanted_and_made"
MAIN = ("flow", "power_diagram", "other_fields", "decoded_per_dimension", "other_pieces")


def section(
    scores: pd.DataFrame,
    halves: pd.DataFrame,
    characterised: Sequence[str],
    kinds: Sequence[SourceKind],
    maps: Mapping[str, NDArray[np.int32]],
) -> Section:
    """`characterised` are sentences on latents; `maps` are grain maps of one step by what they are called."""
    said = [*characterised, generated(scores, kinds), *when_not(scores, halves, kinds)]
    counts = ", ".join(f"{name} {int(labels.max()) + 1}" for name, labels in maps.items())
    picture = Picture(
        NAME,
        grain_pictures.side_by_side(maps),
        "Structures of the last step at one scale: what is wanted, and what is made in ways that are compared below.",
        f"Grains in each: {counts}.",
    )
    parts: list[Part] = [Words(said, "lead"), picture, Words([NOTE], "note")]
    return Section("answer", "What to trust", parts)


NOTE = (
    "True structures are grown by front tracking, an assumption where the publication has a multi-phase field; no "
    "field is in two splits. AUROC: the chance that trees that look at size, neighbours and shape of single grains "
    "rank a made grain as more made than a true one; 0.5 where they cannot tell. Brackets hold 95% intervals over "
    "fields; of several trainings, they reach as far as that of any."
)


def generated(scores: pd.DataFrame, kinds: Sequence[SourceKind]) -> str:
    """How well the main sources pass for true, all ways to read together."""
    told = []
    for kind in kinds:
        values = like_truth.mean_values(scores[scores["step"] == ALL_STEPS], [f"auroc_grains{end}" for end in ENDS])
        by_source = values.droplevel("step").to_dict("index")
        for source, label in main(kind).items():
            if source in by_source:
                middle, low, high = (float(by_source[source][f"auroc_grains{end}"]) for end in ENDS)
                told.append(f"{label} {middle:.2f} {interval(low, high, '{:.2f}')}")
    return f"Made grains are told from true ones with an AUROC of: {listed(told)}."


ENDS = ("", "_low", "_high")


def main(kind: SourceKind) -> dict[str, str]:
    """What a hurried reader hears of: the labels of `MAIN` sources, by the first model where there are several."""
    found: dict[str, str] = {}
    for name in kind.labels:
        found.setdefault(name.split("/")[0], name)
    return {found[source]: kind.labels[found[source]] for source in MAIN if source in found}


def when_not(scores: pd.DataFrame, halves: pd.DataFrame, kinds: Sequence[SourceKind]) -> list[str]:
    """What is better done otherwise."""
    seconds = like_truth.mean_values(scores[scores["step"] == ALL_STEPS], ["seconds"])["seconds"]
    said = [
        "Of isotropic growth, where the process is known, the simulator is the best generator there is: it is exact, "
        "and a field takes about a second. A learned one earns its place where nobody knows the process."
    ]
    if len(seconds):
        labels = {source: label for kind in kinds for source, label in main(kind).items()}
        slow = seconds.groupby("model").mean().sort_values()
        named = [f"{labels[source]} {value:.2g}" for source, value in slow.items() if source in labels]
        said.append(f"Seconds a structure on this machine, reading included: {listed(named)}.")
    if not halves.empty:
        said += [f"On measured maps: {sentence}" for sentence in measured_halves.verdicts(halves)]
    return said
