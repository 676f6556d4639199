"""The report's section on training: learning curves."""

import pandas as pd

from graincast.growth.figures.score_curves import learning_curves
from graincast.report.parts import Chart, Section


def section(curves: pd.DataFrame) -> Section | None:
    """Learning curves, where any model learned."""
    if curves.empty:
        return None
    last = curves.query("case == 'validation'").groupby("model")["value"].last()
    values = ", ".join(f"{model} {value:.4f}" for model, value in last.items())
    caption = "Loss per epoch, one line a training seed; solid: training, dashed: validation."
    alt = f"Learning curves. Last validation loss: {values}."
    return Section("training", "Training", [Chart("learning", learning_curves(curves), caption, alt)])
