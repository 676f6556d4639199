"""A trained model on the test windows of a case: its forecast from the shown frames on, and every score of it."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch

from graincast.errors import GraincastError
from graincast.learning import windows
from graincast.learning.forecaster import Forecast, Sequences
from graincast.learning.trained import Trained
from graincast.learning.windows import Windows
from graincast.scores import evaluation
from graincast.storage import read_arrays


def forecast(model: Trained, case: Windows, device: torch.device) -> Forecast:
    """All frames of the case after those that the model is shown."""
    if not len(case):
        raise GraincastError(f"{case.path}: holds no test simulation (see the YAML of its data set)")
    return model.forecast(_whole(case).frames(slice(model.inputs)), case.frames - model.inputs, device)


def rows(identity: Mapping[str, Any], forecast: Forecast, case: Windows, inputs: int) -> Iterator[list[dict[str, Any]]]:
    """The rows of each structure of the case."""
    for simulation, read, truth in readings(forecast, case, inputs):
        yield list(evaluation.rows({**identity, "structure": simulation}, inputs, read, truth))


def readings(
    forecast: Forecast, case: Windows, inputs: int
) -> Iterator[tuple[int, evaluation.Predicted, evaluation.Truth]]:
    """Number of each structure of the case, what the forecast says of it, and what is true."""
    about = read_arrays(case.path, ("simulations", "reduced_times", "line_width"))
    whole, last = _whole(case), slice(inputs - 1, None)
    for index, simulation in enumerate(about["simulations"]):
        images, maps = whole.images[index, last].numpy(), whole.grains[index, last].numpy()
        truth = evaluation.Truth(images, maps, about["reduced_times"][index, last], float(about["line_width"]))
        regions = None if forecast.regions is None else forecast.regions[index].numpy()
        yield int(simulation), evaluation.predicted(forecast.images[index].numpy(), regions, maps[0]), truth


def _whole(case: Windows) -> Sequences:
    return windows.sequences(case, (np.arange(len(case)), np.zeros(len(case), int)), case.frames)
