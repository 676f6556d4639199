"""Some patches of a case, as they are and as they are rebuilt, for the page.

examples/CASE/step    int [examples]             one a step
examples/CASE/KIND    float [examples, side, side]  pixels; KIND is true, rebuilt, latents_alone (where it differs)
examples/CASE/KIND_grains  int [examples, side, side]
grains/CASE/KIND_radius, KIND_sides, KIND_step   of all patches
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from graincast.generation.judging.rebuilding import LATENTS_ALONE, REBUILT, TRUE, Rebuilt

KINDS = {TRUE: "true", REBUILT: "rebuilt", LATENTS_ALONE: "latents_alone"}


def of_case(case: str, found: Sequence[Rebuilt]) -> dict[str, NDArray]:
    """The first patch of each step, and the grains of all."""
    first = {one.step: one for one in reversed(found)}
    shown = [first[step] for step in sorted(first)]
    arrays: dict[str, NDArray] = {f"examples/{case}/step": np.array([one.step for one in shown])}
    for kind in found[0].images:
        name = f"{case}/{KINDS[kind]}"
        arrays[f"examples/{name}"] = np.stack([one.images[kind][0] for one in shown])
        arrays[f"examples/{name}_grains"] = np.stack([one.labels[kind][0] for one in shown])
        grains = [(one.step, each) for one in found for each in one.grains(kind)]
        arrays[f"grains/{name}_radius"] = np.concatenate([each.radius for _, each in grains])
        arrays[f"grains/{name}_sides"] = np.concatenate([each.sides for _, each in grains])
        arrays[f"grains/{name}_step"] = np.concatenate([np.full(len(each.sides), step) for step, each in grains])
    return arrays
