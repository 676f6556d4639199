"""Grain size of one picture, which is one field: by counting grains, on lines and on circles, with what it is not."""

import math
from dataclasses import dataclass
from typing import Any

from graincast.base.errors import GraincastError
from graincast.material.grain_size import number, scope
from graincast.material.grain_size.every_line import direction_ratio, mean_intercepts
from graincast.material.grain_size.intercepts import Intercepts, on_circles, on_lines
from graincast.material.grain_size.planimetry import Planimetry, planimetry
from graincast.material.microstructure import Microstructure

FEWEST_PIXELS = 16  # of a side: lines and circles need some room


@dataclass(frozen=True)
class GrainSize:
    """What was counted in one picture."""

    grains: Planimetry
    lines: Intercepts  # in four directions
    circles: Intercepts
    by_direction_mm: dict[int, float]  # mean intercepts along every line of pixels, by degrees
    direction_ratio: float  # the longest of these over the shortest
    notes: tuple[str, ...]  # why one number does not describe the picture


def measured(structure: Microstructure) -> GrainSize:
    """Grain size of a structure in the plane whose pixels have a known size."""
    labels, step = structure.labels, structure.step
    if labels.ndim != 2:
        raise GraincastError(f"grain size is counted on a plane, and this structure has {labels.ndim} axes: cut it")
    if step is None:
        raise GraincastError("grain size needs the size of a pixel, and this structure has none: give micrometres")
    if min(labels.shape) < FEWEST_PIXELS:
        size = " x ".join(str(length) for length in labels.shape)
        raise GraincastError(f"grain size needs a field of {FEWEST_PIXELS} pixels or more a side, and this has {size}")
    along = mean_intercepts(labels)
    mean = len(along) / math.fsum(1 / intercept for intercept in along.values())
    ratio = direction_ratio(along)
    return GrainSize(
        planimetry(labels, step),
        on_lines(labels, step, mean),
        on_circles(labels, step, mean),
        {direction: intercept * step / number.UM_PER_MM for direction, intercept in along.items()},
        ratio,
        scope.notes(structure, ratio, mean),
    )


def record(size: GrainSize) -> dict[str, Any]:
    """The same as plain values, for JSON."""
    grains = size.grains
    return {
        "grains": {
            "inside": grains.inside,
            "cut": grains.cut,
            "area_mm2": grains.area_mm2,
            "grains_per_mm2": grains.grains_per_mm2,
            "astm_number": round(grains.number, 1),
            "inadequate": grains.inadequate,
        },
        "lines": _counted(size.lines),
        "circles": _counted(size.circles),
        "intercept_mm_by_direction": size.by_direction_mm,
        "direction_ratio": size.direction_ratio,
        "notes": list(size.notes),
    }


def _counted(on: Intercepts) -> dict[str, Any]:
    return {
        "laid": len(on.lines),
        "length_mm": on.length_mm,
        "intersections": on.counted,
        "intercept_mm": on.intercept_mm,
        "astm_number": None if on.number is None else round(on.number, 1),
        "inadequate": on.inadequate,
    }
