"""What a prediction leaves in its folder: a table, grain maps, figures, exports; and the same as plain values."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from graincast.base.storage import write_arrays, written
from graincast.growth.figures import forecast_strip
from graincast.growth.figures.forecast_strip import Curve
from graincast.growth.prediction.outcome import Prediction
from graincast.growth.prediction.question import Answer
from graincast.material.grains.numbering import consecutive
from graincast.material.grains.resampling import resampled
from graincast.material.microstructure import Microstructure
from graincast.material.specimens.scale import Scale
from graincast.report import style

BANDS = {
    "solver": "90 % band: what the field of view leaves open",
    "model": "90 % band, if it grows like the training data",
}
LENGTHS = {"um": "µm", "px": "px"}


def write(folder: Path, answer: Answer, scale: Scale, start: Microstructure) -> None:
    """Write table, maps and figures; with both methods, the model's have its name in front."""
    methods = answer.by_method()
    for method, prediction in methods.items():
        before = "model_" if method == "model" and len(methods) == 2 else ""
        arrays: dict[str, NDArray] = {"grains": prediction.grains}
        if prediction.images is not None:
            arrays["images"] = prediction.images
            arrays["grains_in_picture"] = resampled(prediction.grains, start.labels.shape)
        write_arrays(folder / f"{before}prediction.npz", arrays)
        with written(folder / f"{before}prediction.parquet") as partial:
            rows = _arrow(table(prediction, answer, scale))
            pq.write_table(rows, partial, compression="zstd", write_page_checksum=True)
        style.save(forecast_strip.frames(prediction.grains, titles(answer, scale)), folder / f"{before}frames.png")
    if answer.solver is not None and answer.model is not None:
        beside = forecast_strip.differences(answer.solver.grains, answer.model.grains, titles(answer, scale))
        style.save(beside, folder / "differences.png")
    curves = [_curve(method, prediction, answer, scale) for method, prediction in methods.items()]
    figure = forecast_strip.radius_through_time(curves, _time_axis(answer, scale), LENGTHS[scale.unit])
    style.save(figure, folder / "mean_radius.png")


def table(prediction: Prediction, answer: Answer, scale: Scale) -> dict[str, NDArray]:
    """One row a frame."""
    radius = f"mean_radius_{scale.unit}"
    columns: dict[str, NDArray] = {
        "frame": np.arange(len(prediction.grains), dtype=np.int32),
        "reduced_time": prediction.reduced_time,
        f"k_t_{scale.unit}2": scale.per_pixel**2 * prediction.time,
        radius: scale.per_pixel * prediction.mean_radius,
        f"{radius}_low": scale.per_pixel * prediction.low,
        f"{radius}_high": scale.per_pixel * prediction.high,
        "grains": prediction.grain_counts,
    }
    if answer.clock is not None:
        columns[f"time_{answer.clock.unit}"] = _times(prediction, answer, scale)
    return columns


def _arrow(columns: dict[str, NDArray]) -> pa.Table:
    """The same for Arrow, by its buffers: asked for an array it would import pandas, in half a second."""
    buffers = [
        pa.Array.from_buffers(
            pa.from_numpy_dtype(each.dtype), len(each), [None, pa.py_buffer(np.ascontiguousarray(each))]
        )
        for each in columns.values()
    ]
    return pa.Table.from_arrays(buffers, names=list(columns))


def titles(answer: Answer, scale: Scale) -> list[str]:
    """What each frame is called."""
    times = _times(answer.best, answer, scale)
    unit = f"k t = {{:.4g}} {LENGTHS[scale.unit]}²" if answer.clock is None else f"{{:.3g}} {answer.clock.unit}"
    return ["start", *(unit.format(time) for time in times[1:])]


def last_frame(prediction: Prediction, start: Microstructure) -> Microstructure:
    """The structure of the last frame; the solver's grains keep orientation and phase, a model numbers its own."""
    last = prediction.grains[-1]
    step = None if start.step is None else prediction.pixel * start.step
    if prediction.images is not None:
        return Microstructure(consecutive(last), step)
    left = np.unique(last)
    orientations = None if start.orientations is None else start.orientations[left]
    phases = tuple(start.phases[grain] for grain in left.tolist()) if start.phases else ()
    return Microstructure(consecutive(last), step, orientations, phases)


def record(answer: Answer, scale: Scale) -> dict[str, Any]:
    """The answer as plain values, for JSON."""
    relation, width = (None if not np.isfinite(value) else value for value in answer.relation)
    tables = {method: table(one, answer, scale) for method, one in answer.by_method().items()}
    return {
        "length_unit": scale.unit,
        "parabolic_k_over_k": {"value": relation, "half_width": width},
        "k": None if answer.clock is None else {"um2_per_unit": answer.clock.k, "unit": answer.clock.unit},
        "warnings": list(answer.warnings),
        **{method: _rows(columns) for method, columns in tables.items()},
    }


def _rows(columns: dict[str, NDArray]) -> list[dict[str, float | None]]:
    values = zip(*(column.tolist() for column in columns.values()), strict=True)
    return [dict(zip(columns, (each if np.isfinite(each) else None for each in row), strict=True)) for row in values]


def _curve(method: str, prediction: Prediction, answer: Answer, scale: Scale) -> Curve:
    times = _times(prediction, answer, scale)
    radius, low, high = (scale.per_pixel * each for each in (prediction.mean_radius, prediction.low, prediction.high))
    return Curve(method, times, radius, low, high, BANDS[method])


def _times(prediction: Prediction, answer: Answer, scale: Scale) -> NDArray[np.float64]:
    """Times as a user reads them: by the clock if there is one."""
    reduced = scale.per_pixel**2 * prediction.time
    return reduced if answer.clock is None else answer.clock.times(reduced)


def _time_axis(answer: Answer, scale: Scale) -> str:
    return f"reduced time k t ({LENGTHS[scale.unit]}²)" if answer.clock is None else f"time ({answer.clock.unit})"
