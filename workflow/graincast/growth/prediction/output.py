"""What a prediction leaves in its folder: arrays, a table, two figures; and what it says."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from graincast.base.storage import write_arrays, written
from graincast.growth.figures import forecast_strip
from graincast.growth.prediction.calibration import Calibration
from graincast.growth.prediction.forecasting import Prediction
from graincast.material.specimens.scale import Scale
from graincast.report import style


def write(folder: Path, picture: NDArray, prediction: Prediction, scale: Scale, level: float) -> None:
    """Write prediction.npz, prediction.parquet, frames.png and mean_radius.png."""
    columns = table(prediction, scale)
    write_arrays(folder / "prediction.npz", {"images": prediction.images, "grains": prediction.grains})
    with written(folder / "prediction.parquet") as partial:
        pq.write_table(pa.table(columns), partial, compression="zstd", write_page_checksum=True)
    strip = forecast_strip.frames_over_input(picture, prediction.grains, prediction.reduced_time)
    style.save(strip, folder / "frames.png")
    name = f"mean_radius_{scale.unit}"
    band = (columns[f"{name}_low"], columns[f"{name}_high"])
    curve = forecast_strip.radius_through_time(columns[f"k_t_{scale.unit}2"], columns[name], band, scale.unit, level)
    style.save(curve, folder / "mean_radius.png")


def table(prediction: Prediction, scale: Scale) -> dict[str, NDArray]:
    """One row a frame."""
    radius, time = f"mean_radius_{scale.unit}", f"k_t_{scale.unit}2"
    return {
        "frame": np.arange(len(prediction.images), dtype=np.int32),
        "reduced_time": prediction.reduced_time,
        time: scale.per_pixel**2 * prediction.time,
        radius: scale.per_pixel * prediction.mean_radius,
        f"{radius}_low": scale.per_pixel * prediction.low,
        f"{radius}_high": scale.per_pixel * prediction.high,
        "grains": prediction.grain_counts,
    }


def summary(prediction: Prediction, scale: Scale, known: Calibration) -> list[str]:
    """What the prediction comes to, line by line."""
    first, last = prediction.mean_radius[[0, -1]] * scale.per_pixel
    low, high = prediction.low[-1] * scale.per_pixel, prediction.high[-1] * scale.per_pixel
    count = prediction.grain_counts
    if np.isfinite(high):
        band = f"{100 * known.level:.0f} % band {low:.3g} to {high:.3g}"
    else:
        band = f"no band: {known.validation_structures} validation structures are too few for {100 * known.level:.0f} %"
    until, areas = prediction.time[-1] * scale.per_pixel**2, prediction.reduced_time[-1]
    lines = [
        f"mean grain radius {first:.3g} {scale.unit}, in the last frame {last:.3g} {scale.unit} ({band}); "
        f"grains {count[0]} to {count[-1]}, in {len(count) - 1} frames up to "
        f"k t = {until:.3g} {scale.unit}^2 ({areas:.2g} mean grain areas)"
    ]
    strange = prediction.strangeness
    if strange.is_strange:
        lines.append(f"WARNING: unlike the training data: {strange.sentence()}; the band does not hold here")
    elif strange.threshold is None:
        few = "the checkpoint knows too few training structures to tell whether this one is like them"
        lines.append(f"WARNING: {few}")
    return lines
