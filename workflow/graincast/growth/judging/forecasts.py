"""A trained model on the test windows of a case: its forecast from the shown frames on, and every score of it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from graincast.base.command import log
from graincast.base.errors import GraincastError
from graincast.growth.data import windows
from graincast.growth.data.windows import Windows
from graincast.growth.forecaster import Forecast, Sequences
from graincast.growth.judging import attention_tests, boundary_motion, equivariance, forecast_scores
from graincast.growth.trained import Trained

TURNED = 4  # structures whose symmetries are looked at
# number of a structure of a case, what a forecast says of it, and what is true
Reading = tuple[int, forecast_scores.Predicted, forecast_scores.Truth]


def forecast(model: Trained, case: Windows, device: torch.device) -> Forecast:
    """All frames of the case after those that the model is shown."""
    if not len(case):
        raise GraincastError(f"{case.path}: holds no test simulation (see the YAML of its data set)")
    return model.forecast(_whole(case).frames(slice(model.inputs)), case.frames - model.inputs, device)


def attended(model: Trained, case: Windows, device: torch.device) -> NDArray | None:
    """Attention [structures, h, w] at the first frame, where true boundaries were measured; none from any other.

    None of mirrored boxes either: the mirror images of a map would count as tokens of their own.
    """
    if case.scored is not None:
        return None
    found = model.attention(_whole(case).frames(slice(model.inputs)), device)
    if found is not None and model.inputs > 1:
        log.warning("attention at frame %d cannot be held against boundaries measured at frame 0", model.inputs - 1)
        return None
    return None if found is None else found.numpy()


def rows(identity: Mapping[str, Any], readings: Iterable[Reading], inputs: int) -> Iterator[list[dict[str, Any]]]:
    """The rows of each structure of a case."""
    for simulation, said, truth in readings:
        yield list(forecast_scores.rows({**identity, "sample": simulation}, inputs, said, truth))


def readings(forecast: Forecast, case: Windows, inputs: int) -> Iterator[Reading]:
    """Of each structure of the case."""
    about = case.about(("simulations", "reduced_times", "line_width"))
    whole, last = _whole(case), slice(inputs - 1, None)
    for index, simulation in enumerate(about["simulations"]):
        images, maps = whole.images[index, last].numpy(), whole.grains[index, last].numpy()
        times, width = about["reduced_times"][index, last], float(about["line_width"])
        truth = forecast_scores.Truth(images, maps, times, width, case.scored)
        yield int(simulation), read(forecast, index, maps[0]), truth


def read(forecast: Forecast, index: int, shown: NDArray) -> forecast_scores.Predicted:
    """What the forecast says of one structure; its grains are followed from the shown map on."""
    regions = None if forecast.regions is None else forecast.regions[index].numpy()
    return forecast_scores.predicted(forecast.images[index].numpy(), regions, shown)


def attention_rows(identity: Mapping[str, Any], attended: NDArray | None, case: Windows) -> Iterator[dict[str, Any]]:
    """What the model attends to in each structure when it forecasts frame 1; none from a model without attention."""
    if attended is None:
        return
    about = case.about(("simulations", *boundary_motion.FIELDS))
    for index, simulation in enumerate(about["simulations"].tolist()):
        fields = {name: about[name][index] for name in boundary_motion.FIELDS}
        here = {**identity, "sample": simulation, "step": 1}
        yield from attention_tests.rows(here, attended[index], fields, case.grains[index, 0].numpy(), simulation)


def symmetry_rows(
    identity: Mapping[str, Any], model: Trained, forecast: Forecast, case: Windows, device: torch.device
) -> Iterator[dict[str, Any]]:
    """How far the forecasts of the first structures are from turning with their input; not of mirrored boxes."""
    if case.scored is not None:
        return
    first = slice(TURNED)
    known, numbers = _whole(case).frames(slice(model.inputs)), case.about(("simulations",))["simulations"]
    found = equivariance.errors(model, known.some(first), forecast.some(first), numbers[first], device)
    for score, errors in found.items():
        for (index, frame), value in np.ndenumerate(errors):
            place = {"sample": int(numbers[index]), "step": model.inputs + frame}
            yield {**identity, **place, "score": score, "value": float(value)}


def examples(forecast: Forecast, attended: NDArray | None, case: Windows, count: int) -> dict[str, NDArray]:
    """The first structures for the report: true and predicted images, and attention with what it is held against."""
    shown = {"truth": case.images[:count].numpy() / np.float32(255), "predicted": forecast.images[:count].numpy()}
    if case.scored is not None:  # the map, without its mirror images
        height, width = (side // 2 for side in case.scored.shape)
        return {name: images[..., :height, :width] for name, images in shown.items()}
    if attended is None:
        return shown
    about = case.about(boundary_motion.FIELDS)
    fields = {name: about[name][:count] for name in boundary_motion.FIELDS}
    return {**shown, **fields, "labels": case.grains[:count, 0].numpy(), "attention": attended[:count]}


def _whole(case: Windows) -> Sequences:
    return windows.sequences(case, (np.arange(len(case)), np.zeros(len(case), int)), case.frames)
