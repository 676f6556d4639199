"""The report's first two sections: which model to trust, and one picture a case of truth and prediction."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from graincast.experiment import Experiment
from graincast.figures.strips import film_strip
from graincast.page.examples import Examples
from graincast.page.parts import Part, Picture, Section, Words
from graincast.scores.summary import verdicts

FLOOR = "persistence"


def answer(scores: pd.DataFrame, experiment: Experiment) -> Section:
    """Sentences made from the numbers."""
    note = (
        f"Models saw only {' and '.join(experiment.datasets)} in training. A case that is not trained on is a shift, "
        "evaluated with no retraining. The truth is simulated. Intervals are bootstrap intervals over structures, with "
        "training seeds averaged; they say nothing of other physics or materials."
    )
    parts = [Words(_verdicts(scores, experiment), "lead"), Words([note], "note")]
    return Section("answer", "Which model to trust, and on what", parts)


def pictures(examples: Examples, experiment: Experiment, descriptions: Mapping[str, str]) -> Section:
    """One film strip a case: the first test structure, each model trained on the first data set from the first seed."""
    parts = [part for case in experiment.cases for part in _strip(case, examples, experiment.models, descriptions)]
    return Section("pictures", "Truth and prediction", parts)


def _verdicts(scores: pd.DataFrame, experiment: Experiment) -> list[str]:
    if FLOOR not in experiment.models:
        return [f"Nothing is claimed: the floor '{FLOOR}' is not among the models, so no gain can be measured."]
    return verdicts(scores, FLOOR, "ssim") or [f"Only the floor '{FLOOR}' was evaluated: there is nothing to compare."]


def _strip(case: str, examples: Examples, models: Sequence[str], descriptions: Mapping[str, str]) -> Iterator[Part]:
    truth = examples[models[0], case]["truth"]
    predicted = {model: np.concatenate([truth[:1], examples[model, case]["predicted"]]) for model in models}
    frames = sorted({0, 1, len(truth) // 2, len(truth) - 1})
    errors = ", ".join(f"{model} {np.mean((images[-1] - truth[-1]) ** 2):.3f}" for model, images in predicted.items())
    alt = f"Boundary images of {case} at frames {frames}. Mean squared error at the last frame: {errors}."
    caption = "Blue: a boundary that the model misses; red: one that it invents."
    yield Words([descriptions[case]], "note", case)
    yield Picture(f"strip_{case}", film_strip(truth, predicted, frames), caption, alt)
