"""Scores through time, and losses through training."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from graincast.figures.style import colour_of
from graincast.scores.significance import bootstrap_interval


def score_through_time(
    scores: pd.DataFrame, score: str, cases: Sequence[str], models: Sequence[str], bounds: Mapping[str, str]
) -> Figure:
    """One panel a case: mean of a score over structures and seeds, with its 95 % interval over structures.

    Floors and ceilings, with the look of their lines, have no interval.
    """
    figure, panels = plt.subplots(
        1, len(cases), figsize=(3.0 * len(cases) + 1.8, 2.8), sharey=True, squeeze=False, layout="constrained"
    )
    colours = colour_of(models)
    for panel, case in zip(panels[0], cases, strict=True):
        for model in models:
            chosen = scores.query("score == @score and case == @case and model == @model")
            by_frame = [_mean_and_interval(frame) for _, frame in chosen.groupby("frame")]
            frames, (mean, low, high) = sorted(chosen["frame"].unique()), np.transpose(by_frame)
            panel.plot(frames, mean, color=colours[model], label=model)
            panel.fill_between(frames, low, high, color=colours[model], alpha=0.2, linewidth=0)
        for bound, look in bounds.items():
            means = (
                scores.query("score == @score and case == @case and model == @bound").groupby("frame")["value"].mean()
            )
            if len(means):
                panel.plot(means.index, means, look, color="#777777", linewidth=1, label=bound)
        panel.set(title=case, xlabel="frame")
        panel.xaxis.set_major_locator(MaxNLocator(integer=True))
    panels[0, 0].set_ylabel(score.replace("_", " "))
    figure.legend(*panels[0, 0].get_legend_handles_labels(), loc="outside right center")
    return figure


def learning_curves(curves: pd.DataFrame) -> Figure:
    """Training and validation loss of every training."""
    models = list(dict.fromkeys(curves["model"]))
    figure, panels = plt.subplots(1, len(models), figsize=(4.2 * len(models), 2.8), squeeze=False)
    for panel, model in zip(panels[0], models, strict=True):
        for case, look in (("training", "-"), ("validation", "--")):
            runs = curves.query("model == @model and case == @case")
            for index, (_, run) in enumerate(runs.groupby(["dataset", "seed"])):
                label = case if index == 0 else None
                panel.plot(run["epoch"], run["value"], look, color=colour_of(models)[model], label=label)
        panel.set(title=model, xlabel="epoch", ylabel="loss")
        panel.set_yscale("log")
        panel.xaxis.set_major_locator(MaxNLocator(integer=True))
        panel.legend()
    figure.tight_layout()
    return figure


def _mean_and_interval(frame: pd.DataFrame) -> tuple[float, float, float]:
    by_structure = frame.groupby("structure")["value"].mean().to_numpy()
    low, high = bootstrap_interval(by_structure, np.random.default_rng(0))
    return float(by_structure.mean()), low, high
