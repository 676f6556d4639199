"""The page's section on reconstruction: losses, grains of rebuilt patches against true ones, what the reading loses."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from graincast.generation.data import patch_structure
from graincast.generation.data.latents import TEST, TRAIN, VALIDATION
from graincast.generation.figures.rebuilt_patches import (
    REBUILT,
    TRUE,
    Points,
    Shown,
    beside_each_other,
    radius_against_neighbours,
)
from graincast.report.parts import HIGH, LOW, Part, Picture, Section, Table, Words
from graincast.report.words import listed, percent
from graincast.scoring.summary import summary

Arrays = Mapping[str, NDArray]
PUBLISHED = {TRAIN: 6.80e-3, VALIDATION: 6.94e-3, TEST: 6.78e-3}  # total losses
LOSSES = {
    "reconstruction_mse": "squared error",
    "divergence": "divergence, nats a pixel",
    "patch_rand_error_rebuilt": "adapted Rand error",
    "patch_count_bias_rebuilt": "grains, more or fewer",
    "patch_rand_error_by_latents_alone": "Rand error by latents alone",
    "patch_count_bias_by_latents_alone": "grains by latents alone",
    "latents_used": "latents used",
}
READINGS = {"valleys": "by valleys", "snow": "by SNOW"}
LOST = {
    "grains_lost": "grains lost",
    "radius_moved": "distance of R / mean R",
    "sides_moved": "distance of n",
    "sides_variance_bias": "bias of the variance of n",
}
SLOPES = (
    *(TRUE, REBUILT, "variance of n, truth", "variance of n, rebuilt"),
    *("distance of R / mean R", "distance of n"),
)
NOTE = (
    "Squared error: of the distance over the model's scale, with latents drawn by chance, as in training; divergence: "
    "Kullback and Leibler's from the law of the latents, over the pixels of a patch. The published totals are of an "
    "unknown weight and scale, so they stand for the ratio between splits: its splits share pixels, ours no field. "
    "Grains of true and rebuilt patches are both read by the SNOW recipe; adapted Rand error: 0 where the same pixels "
    "are together. Latents used: 1 less the error with a patch's own latents over that with another's. Slopes are of R "
    "in pixels against n over grains that no edge cuts. 95% intervals over fields."
)
READING_NOTE = (
    "A reading has an error of its own: grains of true distance maps of whole fields against the grains that are truly "
    "there. Distances are Wasserstein's, of R over the true mean R and of n, each grain counted once."
)


def section(scores: pd.DataFrame, pictures: Mapping[str, Arrays]) -> Section | None:
    """Of all rows of characterised models, and the arrays of each model's first training; the first is drawn."""
    chosen = scores[scores["score"].isin(LOSSES) & scores["sample"].notna()]
    if chosen.empty or not pictures:
        return None
    model, arrays = next(iter(pictures.items()))
    slopes = _slopes(scores)
    parts: list[Part] = [
        Words(_sentences(scores, slopes, model), "lead"),
        *_pictures(arrays, model),
        _losses(chosen),
        Table("slopes", slopes, "Slopes of R against n by step", dict.fromkeys(SLOPES, "{:.3f}")),
        Words([NOTE], "note"),
        *_reading(scores[scores["model"] == model]),
    ]
    return Section("rebuilt", "How well patches are rebuilt", parts)


def _sentences(scores: pd.DataFrame, slopes: pd.DataFrame, model: str) -> list[str]:
    test = scores[(scores["model"] == model) & (scores["case"] == TEST)]
    means = test[test["sample"].notna()].groupby("score")["value"].mean()
    lost, wrong = means["patch_count_bias_rebuilt"], means["patch_rand_error_rebuilt"]
    here = slopes[slopes["model"] == model]
    off = [f"{row[REBUILT] / row[TRUE] - 1:+.0%} at step {row['step']}" for row in here.to_dict("records") if row[TRUE]]
    more, true = (listed([f"{one:.2f}" for one in here[f"variance of n, {kind}"]]) for kind in ("rebuilt", "truth"))
    return [
        f"{model} rebuilds test patches with an adapted Rand error of {wrong:.3f}; of grains there are "
        f"{percent(abs(lost))} {'fewer' if lost < 0 else 'more'}, but not all are the same ones: their numbers of "
        f"neighbours vary by {more}, where the truth has {true}.",
        f"Against truth, the slope of R against n of rebuilt grains is {listed(off)}.",
    ]


def _losses(chosen: pd.DataFrame) -> Table:
    """A row a model and case."""
    numbers = summary(chosen)
    wide = numbers.pivot_table(
        index=["model", "case", "structures", "seeds"], columns="score", values=["mean", "low", "high"], sort=False
    )
    columns = {
        words + end: wide[measure, score]
        for score, words in LOSSES.items()
        for measure, end in (("mean", ""), ("low", LOW), ("high", HIGH))
        if (measure, score) in wide
    }
    frame = pd.DataFrame(columns).reset_index()
    frame["published total"] = [PUBLISHED.get(case, np.nan) for case in frame["case"]]
    formats = dict.fromkeys(LOSSES.values(), "{:.4f}")
    signed = {LOSSES[f"patch_count_bias_{kind}"]: "{:+.1%}" for kind in ("rebuilt", "by_latents_alone")}
    formats |= {**signed, LOSSES["latents_used"]: "{:.3f}", "published total": "{:.2e}"}
    return Table("rebuilt", frame, "Reconstruction by model and case", formats)


def _slopes(scores: pd.DataFrame) -> pd.DataFrame:
    """Of the test patches of each step together; means over trainings."""
    pooled = scores[(scores["case"] == TEST) & scores["score"].str.startswith("pooled_") & scores["step"].notna()]
    values = pooled.groupby(["model", "step", "score"], sort=False)["value"].mean()
    rows = []
    for model, step in dict.fromkeys((model, step) for model, step, _ in values.index):
        here = values[model, step]
        rows.append(
            {
                "model": model,
                "step": int(step) + 1,
                **_with_ends(TRUE, here, "pooled_slope"),
                **_with_ends(REBUILT, here, "pooled_slope_rebuilt"),
                "variance of n, truth": here["pooled_sides_variance"],
                "variance of n, rebuilt": here["pooled_sides_variance_rebuilt"],
                "distance of R / mean R": here["pooled_radius_distance_rebuilt"],
                "distance of n": here["pooled_sides_distance_rebuilt"],
            }
        )
    return pd.DataFrame(rows)


def _with_ends(words: str, values: pd.Series, score: str) -> dict[str, float]:
    return {words: values[score], words + LOW: values[f"{score}_low"], words + HIGH: values[f"{score}_high"]}


def _pictures(arrays: Arrays, model: str) -> Iterator[Picture]:
    shown = list(_shown(arrays))
    counts = ", ".join(
        f"{one.grains[TRUE].max() + 1} against {one.grains[REBUILT].max() + 1} at {one.title}" for one in shown
    )
    yield Picture(
        "rebuilt_patches",
        beside_each_other(shown),
        f"A test patch of each step, and what {model} rebuilds of it from the means of its latents: distances and the "
        "grains that the SNOW recipe reads from them (the publication's figure of originals and reconstructions).",
        f"True and rebuilt patches. Grains, truth against rebuilt: {counts}.",
    )
    rows = {"one patch": dict(_of_one_patch(shown)), "all patches": dict(_of_all_patches(arrays))}
    yield Picture(
        "radius_against_neighbours",
        radius_against_neighbours(rows),
        "Radius against the number of neighbours of grains that no edge cuts, with least-squares lines: the patches "
        "above, and all test patches of each step; above each panel the slopes, and in brackets how many grains (the "
        "publication's figures of R against n, for one sample and for "
        "100 together).",
        _alt(rows["all patches"]),
    )


def _alt(by_step: Mapping[str, Mapping[str, Points]]) -> str:
    told = [
        f"{kind} at {step} {np.polyfit(sides, radius, 1)[0]:.2f}"
        for step, kinds in by_step.items()
        for kind, (sides, radius) in kinds.items()
        if len(np.unique(sides)) > 1
    ]
    return f"Slopes of R against n over all patches: {', '.join(told)}."


def _shown(arrays: Arrays) -> Iterator[Shown]:
    start = f"examples/{TEST}"
    for number, step in enumerate(arrays[f"{start}/step"]):
        yield Shown(
            f"step {step + 1}",
            {words: arrays[f"{start}/{name}"][number] for words, name in _KINDS.items()},
            {words: arrays[f"{start}/{name}_grains"][number] for words, name in _KINDS.items()},
        )


_KINDS = {TRUE: "true", REBUILT: "rebuilt"}


def _of_one_patch(shown: list[Shown]) -> Iterator[tuple[str, dict[str, Points]]]:
    for one in shown:
        inside = {kind: patch_structure.inside(labels) for kind, labels in one.grains.items()}
        yield one.title, {kind: (found.sides, np.sqrt(found.area / np.pi)) for kind, found in inside.items()}


def _of_all_patches(arrays: Arrays) -> Iterator[tuple[str, dict[str, Points]]]:
    for step in arrays[f"examples/{TEST}/step"]:
        found = {}
        for kind, name in _KINDS.items():
            start = f"grains/{TEST}/{name}"
            here = arrays[f"{start}_step"] == step
            found[kind] = (arrays[f"{start}_sides"][here], arrays[f"{start}_radius"][here])
        yield f"step {step + 1}", found


def _reading(scores: pd.DataFrame) -> list[Part]:
    """What both readings lose of true maps; they know no model, so those of one training are all."""
    once = scores[scores["seed"] == scores["seed"].min()]
    wide = once.pivot_table(index=["case", "step"], columns="score", values="value")
    if "true_grain_px" not in wide:
        return []
    rows = [
        {
            "case": row["case"],
            "step": int(row["step"]) + 1,
            "mean grain, px": row["true_grain_px"],
            "read": words,
            **{name: row[f"{score}_by_{reading}"] for score, name in LOST.items()},
        }
        for row in wide.dropna(subset="true_grain_px").reset_index().to_dict("records")
        for reading, words in READINGS.items()
    ]
    frame = pd.DataFrame(rows)
    worst = max(rows, key=lambda row: float(row["grains lost"]))
    lead = (
        f"The reading limits before the model does: of true distance maps it loses up to "
        f"{percent(worst['grains lost'])} of the grains ({worst['read']}, {worst['case']}, grains of "
        f"{worst['mean grain, px']:.0f} px)."
    )
    formats = {"mean grain, px": "{:.1f}", "grains lost": "{:+.1%}", **dict.fromkeys(list(LOST.values())[1:], "{:.3f}")}
    shown = Table("reading_losses", frame, "What reading grains from true maps loses", formats)
    return [Words([lead], title="What the watershed itself loses"), shown, Words([READING_NOTE], "note")]
