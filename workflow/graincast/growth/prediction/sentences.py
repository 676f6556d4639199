"""What a prediction comes to, in sentences."""

import numpy as np

from graincast.growth.prediction.outcome import Prediction
from graincast.growth.prediction.question import Answer
from graincast.material.grain_size import telling
from graincast.material.grain_size.one_picture import GrainSize
from graincast.material.specimens.scale import Scale

MEANT = {
    "solver": "of the material's, as far as this field shows it",
    "model": "if it grows like the training data",
}
UNKNOWN = {  # why there is no band
    "solver": "too few grains lie wholly inside parts of the field",
    "model": "of its errors too few are known",
}


def told(answer: Answer, scale: Scale) -> list[str]:
    """Line by line: each method's answer, how they differ, times, warnings."""
    lines = [_method(method, one, answer, scale) for method, one in answer.by_method().items()]
    if answer.solver is not None and answer.model is not None:
        ratio = answer.model.mean_radius[-1] / answer.solver.mean_radius[-1]
        lines.append(f"the model's last mean radius is {100 * (ratio - 1):+.1f} % beside the solver's: differences.png")
    lines.append(_relation(answer, scale))
    return [*lines, *(f"WARNING: {one}" for one in answer.warnings)]


def sized(sizes: dict[str, GrainSize]) -> list[str]:
    """ASTM grain sizes, a line each."""
    return [
        f"grain size (ASTM E112, within this picture), {name.replace('_', ' ')}: {telling.in_short(size)}"
        for name, size in sizes.items()
    ]


def _method(method: str, prediction: Prediction, answer: Answer, scale: Scale) -> str:
    first, last = prediction.mean_radius[[0, -1]] * scale.per_pixel
    low, high = prediction.low[-1] * scale.per_pixel, prediction.high[-1] * scale.per_pixel
    band = f"90 % band {low:.3g} to {high:.3g}, {MEANT[method]}" if np.isfinite(high) else f"no band: {UNKNOWN[method]}"
    count, until = prediction.grain_counts, prediction.time[-1] * scale.per_pixel**2
    end = f"k t = {until:.3g} {scale.unit}^2 ({prediction.reduced_time[-1]:.2g} mean grain areas)"
    if answer.clock is not None:
        end = f"{answer.clock.times(until):.3g} {answer.clock.unit}, {end}"
    return (
        f"{method}: mean grain radius {first:.3g} {scale.unit}, in the last frame {last:.3g} {scale.unit} ({band}); "
        f"grains {count[0]} to {count[-1]}, in {len(count) - 1} frames up to {end}"
    )


def _relation(answer: Answer, scale: Scale) -> str:
    """How k and a laboratory's K hang together here."""
    value, width = answer.relation
    band = f" (90 % band {max(value - width, 0):.2g} to {value + width:.2g})" if np.isfinite(width) else ""
    law = f"R^2 - R_0^2 = K t with K = {value:.2g} k{band} here, k by dA/dt = (pi/3) k (n - 6)"
    if answer.clock is None:
        return f"{law}; give --k or --parabolic-k to have times"
    clock = answer.clock
    if clock.parabolic_k is not None:
        return f"{law}; k = {clock.k:.3g} {scale.unit}^2/{clock.unit}, by your K of {clock.parabolic_k:g} until the end"
    return f"{law}: k = {clock.k:.3g}, K = {clock.k * value:.3g} {scale.unit}^2/{clock.unit}"
