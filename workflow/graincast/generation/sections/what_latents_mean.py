"""The page's section on what latents mean: descriptors that they carry, what a line reads from them, which shift shows.

This the publication does not ask.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from graincast.generation.data.latents import TEST, TRAIN
from graincast.generation.data.patch_structure import DESCRIPTORS, WORDS
from graincast.generation.figures import descriptor_charts
from graincast.generation.figures.descriptor_charts import DETECTORS, LEVEL, READINGS
from graincast.report.parts import HIGH, LOW, Chart, Part, Picture, Section, Table, Words
from graincast.report.words import interval, listed

Arrays = Mapping[str, NDArray]
KINDS = {"over all patches": "", "within steps": "_within_steps"}
SCORES_OF = dict(zip(DETECTORS, ("latents", "reconstruction", "relief"), strict=True))
MOST_CASES = 4  # drawn as points
NOTE = (
    "Descriptors are those of each patch's own true structure. Correlations are rank correlations of test patches; p "
    "is two-sided, against shuffles of whole fields, corrected for all pairs (Holm); bold: p < 0.05. Steps differ in "
    "size and in much else, so all is asked again within steps. Lines are ridge regressions from the training patches, "
    "their penalty chosen on validation patches; R\N{SUPERSCRIPT TWO} is over patches, below 0 where the mean would "
    "have told more (as where all structures are alike: then the error, a root mean square, says it), with 95% "
    "intervals over fields. Relief: mean, spread and depth of the plain distance map, three "
    "numbers that need no model: what latents have to beat. Of shuffled: the 95th percentile of lines through shuffled "
    "values."
)
DETECTION_NOTE = (
    "AUROC: chance that a structure of the case is stranger than a test structure of the distribution trained on; 0.5: "
    "cannot be told. A structure's strangeness is the mean over its patches: Mahalanobis' distance of the latents, in "
    "the space of the first components, from the nearest step of the training; the squared error of the "
    "reconstruction; and the same distance of the plain relief. 95% intervals over structures; where all are told "
    "apart, drawing them again cannot widen the interval."
)


def section(scores: pd.DataFrame, pictures: Mapping[str, Arrays]) -> Section | None:
    """Of all rows of interpreted models, and the arrays of each model's first training; the first is drawn."""
    if not pictures:
        return None
    model, arrays = next(iter(pictures.items()))
    means = scores.groupby(["model", "case", "score"])["value"].mean()
    cases = [TEST, *(case for case in dict.fromkeys(scores["case"]) if case not in (TRAIN, TEST))]
    parts: list[Part] = [
        Words(_sentences(means[model], cases), "lead"),
        _correlations(means[model, TEST], model),
        *_read(means, arrays, model, [case for case in cases if _is_read(means, case)]),
        Words([NOTE], "note"),
        *_detected(means, cases),
    ]
    return Section("meaning", "What latents mean", parts)


def _sentences(means: pd.Series, cases: Sequence[str]) -> list[str]:
    test = means[TEST]
    read = [
        f"{WORDS[name]} {test[f'read_{name}_r2']:.2f} ({test[f'read_{name}_r2_within_steps']:.2f} within steps, "
        f"{test[f'read_{name}_r2_of_relief']:.2f} from the plain relief)"
        for name in _read_of(test)
    ]
    carried = [_carriers(test, kind) for kind in KINDS.values()]
    return [
        f"A line through the latents reads, in R\N{SUPERSCRIPT TWO} on test structures: {listed(read)}.",
        f"Beyond chance, components carry {carried[0]} over all patches and {carried[1]} within steps.",
        *_noticed(means, cases),
    ]


def _noticed(means: pd.Series, cases: Sequence[str]) -> list[str]:
    """Of each case, how well the latents tell it from the test case."""
    score = "auroc_by_latents"
    ends = {
        case: (means[case, f"{score}_low"], means[case, f"{score}_high"]) for case in cases if (case, score) in means
    }
    told = [f"{case} {means[case, score]:.2f} {interval(*both, '{:.2f}')}" for case, both in ends.items()]
    return [
        f"By their distance in the space of latents, cases are told from test structures with AUROC: {listed(told)}."
    ]


def _read_of(test: pd.Series) -> list[str]:
    """Descriptors that were known of enough patches to be read."""
    return [name for name in DESCRIPTORS if f"read_{name}_r2" in test]


def _carriers(test: pd.Series, kind: str) -> str:
    """Which descriptors are carried by some component, with the one that does most."""
    told = []
    for name in DESCRIPTORS:
        values = {number: test[f"correlation_{number}_{name}{kind}"] for number in _numbers(test)}
        sure = {number for number in values if test[f"correlation_{number}_{name}{kind}_p"] < LEVEL}
        if sure:
            best = max(sure, key=lambda number: abs(values[number]))
            told.append(f"{WORDS[name]} (most: component {best}, {values[best]:+.2f})")
    return listed(told) if told else "nothing"


def _numbers(test: pd.Series) -> list[int]:
    """Of the components."""
    ends = (f"_{DESCRIPTORS[0]}", "correlation_")
    found = (str(score).removesuffix(ends[0]).removeprefix(ends[1]) for score in test.index)
    return sorted(int(number) for number in found if number.isdigit())


def _correlations(test: pd.Series, model: str) -> Picture:
    numbers = _numbers(test)
    tables = {
        f"{words} (chance: up to {test[f'correlation_limit{kind}']:.2f})": tuple(
            np.array([[test[f"correlation_{number}_{name}{kind}{end}"] for name in DESCRIPTORS] for number in numbers])
            for end in ("", "_p")
        )
        for words, kind in KINDS.items()
    }
    sure = sum(int((p < LEVEL).sum()) for _, p in tables.values())
    return Picture(
        "carried",
        descriptor_charts.correlations(tables, list(WORDS.values())),  # type: ignore[arg-type]
        f"Rank correlation of the components of the latents of {model} with what is physically there; bold: beyond "
        "chance.",
        f"Correlations of {len(numbers)} components with {len(DESCRIPTORS)} descriptors; {sure} are beyond chance.",
        "Which descriptor each component carries",
    )


def _is_read(means: pd.Series, case: str) -> bool:
    """Whether a line was read in a case by any model."""
    scores = {f"read_{name}_r2" for name in DESCRIPTORS}
    return any(of_case == case and score in scores for _, of_case, score in means.index)


def _read(means: pd.Series, arrays: Arrays, model: str, cases: Sequence[str]) -> Iterator[Part]:
    if not cases:
        return
    drawn = {case: (arrays[f"true/{case}"], arrays[f"read/{case}"]) for case in cases[:MOST_CASES]}
    yield Picture(
        "read_from_latents",
        descriptor_charts.read_against_true(drawn, list(WORDS.values())),
        f"What a line reads from the latents of {model} against what is there, a point a patch; dashed: the same.",
        f"Points of {listed(list(drawn))}.",
        "What a line reads, on structures never trained on",
    )
    rows = [
        {
            "descriptor": WORDS[name],
            "case": case,
            "reading": reading,
            "mean": means[model, case, f"read_{name}_r2{end}"],
            "low": means[model, case, f"read_{name}_r2_low"] if not end else np.nan,
            "high": means[model, case, f"read_{name}_r2_high"] if not end else np.nan,
        }
        for name in DESCRIPTORS
        for case in cases
        if (model, case, f"read_{name}_r2") in means
        for reading, end in zip(READINGS, ("", "_of_relief"), strict=True)
    ]
    frame = pd.DataFrame(rows)
    told = ", ".join(f"{row['descriptor']} on {row['case']} {row['mean']:.2f}" for row in rows[::2])
    caption = (
        f"Share of the variance of each descriptor that a line reads from the latents of {model}, and from the relief."
    )
    yield Chart("read_shares", descriptor_charts.read_shares(frame, cases), caption, f"{told}.")
    yield _reading_table(means, cases)


def _reading_table(means: pd.Series, cases: Sequence[str]) -> Table:
    """A row a model, descriptor and case."""
    rows = []
    for model in dict.fromkeys(means.index.get_level_values("model")):
        for name in DESCRIPTORS:
            for case in cases:
                if (model, case, f"read_{name}_r2") not in means.index:
                    continue
                here = means[model, case]
                rows.append(
                    {
                        "model": model,
                        "descriptor": WORDS[name],
                        "case": case,
                        "R2": here[f"read_{name}_r2"],
                        "R2" + LOW: here[f"read_{name}_r2_low"],
                        "R2" + HIGH: here[f"read_{name}_r2_high"],
                        "error": here[f"read_{name}_error"],
                        "bias": here[f"read_{name}_bias"],
                        "R2 within steps": here.get(f"read_{name}_r2_within_steps", np.nan),
                        "R2 of the relief": here[f"read_{name}_r2_of_relief"],
                        "R2 of shuffled": here.get(f"read_{name}_r2_of_shuffled", np.nan),
                    }
                )
    columns = ("R2", "R2 within steps", "R2 of the relief", "R2 of shuffled")
    return Table(
        "linear_reading",
        pd.DataFrame(rows),
        "What a line reads",
        {**dict.fromkeys(columns, "{:.2f}"), "error": "{:.3f}", "bias": "{:+.3f}"},
    )


def _detected(means: pd.Series, cases: Sequence[str]) -> Iterator[Part]:
    rows = []
    for model, case in product(dict.fromkeys(means.index.get_level_values("model")), cases):
        for words, detector in SCORES_OF.items():
            score = f"auroc_by_{detector}"
            if (model, case, score) in means.index:
                ends = {end: means[model, case, f"{score}_{end}"] for end in ("low", "high")}
                rows.append(
                    {"model": model, "case": case, "detector": words, "mean": means[model, case, score], **ends}
                )
    if not rows:
        return
    frame = pd.DataFrame(rows)
    told = ", ".join(f"{row['detector']} of {row['model']} on {row['case']} {row['mean']:.2f}" for row in rows)
    caption = "How well structures of each case are told from test structures, by three kinds of strangeness."
    chart = descriptor_charts.shifts_noticed(frame, [case for case in cases if case in set(frame["case"])])
    yield Chart("shifts_noticed", chart, caption, f"{told}.", "Does the latent space notice a shift?")
    yield Words([DETECTION_NOTE], "note")
