"""Films of a case: initial state, truth, each model and its error at the same times, and how a page shows them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import NDArray

from graincast.experiment import Experiment
from graincast.figures.strips import film_strip
from graincast.page import addresses
from graincast.page.examples import Examples
from graincast.page.growth import Growths
from graincast.page.parts import Film
from graincast.scores.images import similarities

START, TRUTH = "initial state", "truth"
ERROR_COLOURS = "RdBu_r"  # blue below the truth, white where right, red above


@dataclass(frozen=True)
class Roll:
    """All times of one panel in one image, one below the other."""

    name: str
    source: str  # data URL
    width: int  # of one time, in pixels
    height: int


@dataclass(frozen=True)
class Column:
    """What is shown or hidden together: a panel, and its error where it has one."""

    name: str
    rolls: Sequence[Roll]


@dataclass(frozen=True)
class Moment:
    """One time in words."""

    time: str
    alt: str


@dataclass(frozen=True)
class View:
    """A film as the template needs it."""

    name: str
    title: str
    about: str  # what it is a film of, for those who do not see where it stands
    caption: str
    columns: Sequence[Column]
    moments: Sequence[Moment]


def error_of(name: str) -> str:
    """What the error of a panel is called: a panel of this name stands below it."""
    return f"{name}: error"


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


def view(shown: Film) -> View:
    """The film as a page shows it."""
    return View(
        shown.name,
        shown.title,
        shown.about,
        shown.caption,
        list(_columns(shown)),
        list(map(Moment, shown.times, shown.alts)),
    )


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


def _columns(shown: Film) -> Iterator[Column]:
    errors = {error_of(name) for name in shown.panels}
    for name in shown.panels:
        if name not in errors:
            together = [one for one in (name, error_of(name)) if one in shown.panels]
            yield Column(name, [_roll(one, shown.panels[one]) for one in together])


def _roll(name: str, images: NDArray[np.uint8]) -> Roll:
    """Images [T, H, W] or [T, H, W, 3], one below the other."""
    source = addresses.of_pixels(images.reshape(-1, *images.shape[2:]))
    return Roll(name, source, width=images.shape[2], height=images.shape[1])
