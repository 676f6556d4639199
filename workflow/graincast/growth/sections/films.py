"""Films of a case: initial state, truth, each model and its error at the same times."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import NDArray

from graincast.growth.experiment import Experiment
from graincast.growth.figures.strips import film_strip
from graincast.growth.sections.examples import Examples
from graincast.growth.sections.true_growth import Growths
from graincast.report.film import error_of
from graincast.report.parts import Film
from graincast.scoring.images import similarities

START, TRUTH = "initial state", "truth"
ERROR_COLOURS = "RdBu_r"  # blue below the truth, white where right, red above


def time_names(times: NDArray[np.float64], unit: str) -> list[str]:
    """What to call each of the times; the first is that of the initial state."""
    return [START, *(f"t = {time:.3g} {unit}" for time in times[1:])]


def films(examples: Examples, experiment: Experiment, growths: Growths, descriptions: Mapping[str, str]) -> list[Film]:
    """A film of every case: its first test structure, each model trained on the first data set from the first seed."""
    shown = []
    for case in experiment.cases:
        truth = examples[experiment.models[0], case]["truth"]
        predicted = {model: examples[model, case]["predicted"] for model in experiment.models}
        times = time_names(growths[case]["times"][: len(truth)], str(growths[case]["unit"]))
        shown.append(film(case, truth, predicted, times, descriptions[case]))
    return shown


def film(case: str, truth: NDArray, predicted: Mapping[str, NDArray], times: Sequence[str], description: str) -> Film:
    """The film of boundary images in 0..1: truth [T, H, W], each model's forecast [F, H, W] of the last F frames."""
    forecasts = {model: np.concatenate([truth[: -len(images)], images]) for model, images in predicted.items()}
    panels = {START: greys(np.repeat(truth[:1], len(truth), axis=0)), TRUTH: greys(truth)}
    for model, images in forecasts.items():
        panels |= {model: greys(images), error_of(model): error_colours(images - truth)}
    chosen = sorted({0, 1, len(truth) // 2, len(truth) - 1})
    return Film(
        name=f"strip_{case}",
        panels=panels,
        times=times,
        strip=film_strip(truth, forecasts, chosen),
        caption=(
            f"{description} One structure, each model from its first training. Errors: blue, a boundary that the model "
            "misses; red, one that it invents."
        ),
        alts=_alts(case, truth, forecasts, times),
        about=f"truth and models on {case}",
        title=case,
    )


def greys(images: NDArray) -> NDArray[np.uint8]:
    """Boundary images in 0..1 as dark lines on white."""
    return np.asarray(np.round(255 * (1 - np.clip(images, 0, 1))), np.uint8)


def error_colours(errors: NDArray) -> NDArray[np.uint8]:
    """Colours [..., 3] of errors in -1..1."""
    coloured = plt.get_cmap(ERROR_COLOURS)((np.clip(errors, -1, 1) + 1) / 2, bytes=True)
    return np.asarray(coloured[..., :3], np.uint8)


def _alts(case: str, truth: NDArray, forecasts: Mapping[str, NDArray], times: Sequence[str]) -> list[str]:
    """What is to be seen at each time: how much boundary there is, and how like the truth each model is."""
    alike = {model: similarities(images, truth) for model, images in forecasts.items()}
    start = f"{case}, {times[0]}: boundaries cover {truth[0].mean():.0%} of the picture; all models start from it."
    later = [
        f"{case}, {time}: boundaries cover {truth[at].mean():.0%} of the picture. Structural similarity to the truth: "
        + ", ".join(f"{model} {values[at]:.3f}" for model, values in alike.items())
        + "."
        for at, time in enumerate(times[1:], 1)
    ]
    return [start, *later]
